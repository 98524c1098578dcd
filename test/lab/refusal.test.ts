import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, INTERNAL, laboratory, makeNetwork } from './network.ts';
import { converse, serveNodes } from './servers.ts';
import { until } from './until.ts';

/** No entry, and below the non-specific ports. */
const CLOSED = 9000;
/** Exit codes of curl. */
const COULD_NOT_CONNECT = 7;
const TIMED_OUT = 28;

describe.runIf(laboratory('what a host answers', 'curl', 'ping'))('as a host', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    await serveNodes(network);
  });
  afterEach(() => gateway.dispose());
  afterAll(() => network.dispose());

  it('D2: echo is answered, from every side and in every size that the network carries', async () => {
    gateway = await startGateway(network.gateway);
    const { client, far, nodes } = network;
    const pings = await Promise.all([
      client.run('ping', '-n', '-c', '3', '-i', '0.2', CLUSTER),
      client.run('ping', '-n', '-c', '1', '-s', '0', CLUSTER),
      client.run('ping', '-n', '-c', '1', '-s', '1472', '-M', 'do', CLUSTER),
      far.run('ping', '-n', '-c', '1', CLUSTER),
      nodes.alpha.run('ping', '-n', '-c', '1', INTERNAL),
    ]);
    for (const { code, stdout } of pings) {
      expect(stdout).toContain(' 0% packet loss');
      expect(code).toBe(0);
    }
  });

  it('D6: a closed port refuses: TCP by a reset', async () => {
    gateway = await startGateway(network.gateway);
    const answer = await network.client.run('curl', '-sS', `http://${CLUSTER}:${CLOSED}/`);
    expect(answer.stderr).toMatch(/connection refused|couldn't connect/i);
    expect(answer.code).toBe(COULD_NOT_CONNECT);
    expect(await gateway.counted('port-closed')).toBe(1);
  });

  it('D6: a closed port refuses: UDP by port unreachable', async () => {
    gateway = await startGateway(network.gateway);
    const talk = await converse(network.client, 'udp', CLUSTER, CLOSED);
    talk.send('anybody');
    await until('ECONNREFUSED', () => talk.heard().includes('ECONNREFUSED'));
    talk.close();
  });

  it('D6: a closed port of a node refuses through the gateway, as of the cluster', async () => {
    gateway = await startGateway(network.gateway);
    const port = 40000;
    const answer = await network.client.run('curl', '-sS', `http://${CLUSTER}:${port}/`);
    expect(answer.code).toBe(COULD_NOT_CONNECT);
    const talk = await converse(network.client, 'udp', CLUSTER, port);
    talk.send('anybody');
    await until('ECONNREFUSED', () => talk.heard().includes('ECONNREFUSED'));
    talk.close();
    expect(await gateway.counted('port-closed')).toBe(0);
  });

  it('D6: `unmatched: drop` says nothing, and counts', async () => {
    gateway = await startGateway(network.gateway, configuration({ unmatched: 'drop' }));
    const argv = ['-sS', '--connect-timeout', '0.5', `http://${CLUSTER}:${CLOSED}/`];
    expect((await network.client.run('curl', ...argv)).code).toBe(TIMED_OUT);
    const talk = await converse(network.client, 'udp', CLUSTER, CLOSED);
    talk.send('anybody');
    await until('both are counted', async () => (await gateway.counted('port-closed')) === 2);
    const served = await network.client.run('curl', '-sS', `http://${CLUSTER}/`);
    expect(served.code).toBe(0);
    expect(talk.heard()).toEqual([]);
    talk.close();
  });
});
