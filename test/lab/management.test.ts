import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, laboratory, makeNetwork, MANAGER, NODE_NAMES, NODES } from './network.ts';
import { serveNodes } from './servers.ts';

const able = laboratory('management hosts', 'curl', 'ping', 'traceroute');
describe.runIf(able)('a node by its own address', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    network.client.ip(`route add 10.77.0.0/24 via ${CLUSTER}\n`);
    [gateway] = await Promise.all([startGateway(network.gateway), serveNodes(network)]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  for (const name of NODE_NAMES)
    it(`A12: a management host reaches ${name}, which sees the host's own address`, async () => {
      const { manager } = network;
      const answer = await manager.run('curl', '-sS', `http://${NODES[name]}/`);
      expect(answer.stdout).toMatch(`${name} ${MANAGER}:`);
      const { code } = await manager.run('ping', '-n', '-c', '1', NODES[name]);
      expect(code).toBe(0);
    });

  it('A12: for it the gateway is a router, one hop on the way', async () => {
    const argv = ['-n', '-q', '1', '-N', '1', '-m', '4', NODES.beta];
    const { stdout } = await network.manager.run('traceroute', ...argv);
    expect(stdout.match(/^ \d+ {2}\S+/gm)).toEqual([` 1  ${CLUSTER}`, ` 2  ${NODES.beta}`]);
  });

  it('A12: as a host it uses the cluster like any other at the same time', async () => {
    const answer = await network.manager.run('curl', '-sS', `http://${CLUSTER}/`);
    expect(answer.stdout).toMatch(` ${MANAGER}:`);
  });

  it('A12: another host is refused, without a word, and counted', async () => {
    const before = await gateway.counted('management-refused');
    const argv = ['-sS', '--connect-timeout', '0.5', `http://${NODES.alpha}/`];
    const { code } = await network.client.run('curl', ...argv);
    expect(code).toBe(28);
    expect(await gateway.counted('management-refused')).toBeGreaterThan(before);
  });
});
