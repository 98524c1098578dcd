import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, startGateway } from './gateway.ts';
import type { Host } from './host.ts';
import type { Network } from './network.ts';
import { CLIENT, CLUSTER, FAR, FAR_MTU, INTERNAL, laboratory, makeNetwork } from './network.ts';
import { NODE_NAMES, NODES } from './network.ts';
import { converse, serve, serveNodes } from './servers.ts';
import { stackCounter } from './statistics.ts';
import { until } from './until.ts';

const able = laboratory('path MTU', 'curl', 'ping');
const SIZE = 200_000;

/** The MTU that a host has learned of the path to an address; undefined where it has learned none. */
const learnedMtu = async (host: Host, address: string): Promise<number | undefined> => {
  const { stdout } = await host.run('ip', '-j', '-d', 'route', 'get', address);
  const [route] = JSON.parse(stdout) as readonly { metrics?: readonly { mtu?: number }[] }[];
  return route?.metrics?.find(({ mtu }) => mtu !== undefined)?.mtu;
};

describe.runIf(able)('a path that is narrower beyond the router', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    [gateway] = await Promise.all([
      startGateway(network.gateway),
      serveNodes(network),
      serve(network.far),
    ]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  it("D2: the node that serves a connection learns the path's MTU, as the router tells the cluster", async () => {
    for (const name of NODE_NAMES)
      expect(await learnedMtu(network.nodes[name], FAR)).toBe(undefined);
    const argv = ['-sSo', '/dev/null', '-w', '%{size_download}', `http://${CLUSTER}/bytes/${SIZE}`];
    for (let turn = 0; turn < NODE_NAMES.length; turn++)
      expect(await network.far.run('curl', ...argv)).toMatchObject({
        code: 0,
        stdout: String(SIZE),
      });
    for (const name of NODE_NAMES) expect(await learnedMtu(network.nodes[name], FAR)).toBe(FAR_MTU);
  });

  it('D2: a node that sends as a client learns it too, of TCP and of UDP', async () => {
    const file = join(gateway.folder, 'upload');
    writeFileSync(file, Buffer.alloc(SIZE));
    const { alpha, beta } = network.nodes;
    for (const node of [alpha, beta]) node.ip('route flush cache\n');
    const up = await alpha.run('curl', '-sS', '--data-binary', `@${file}`, `http://${FAR}/`);
    expect(up.stdout).toBe(`far got ${SIZE}\n`);
    expect(await learnedMtu(alpha, FAR)).toBe(FAR_MTU);
    const talk = await converse(beta, 'udp', FAR, 53);
    talk.send('x'.repeat(1400));
    await until('beta learns', async () => (await learnedMtu(beta, FAR)) === FAR_MTU);
    talk.close();
  });
});

describe.runIf(able)('an interconnect that is narrower than the network', () => {
  const MTU = 1280;
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork({ interconnectMtu: MTU });
    const interconnect = { device: { tap: 'oh-inter' }, address: `${INTERNAL}/24`, mtu: MTU };
    [gateway] = await Promise.all([
      startGateway(network.gateway, configuration({ interconnect })),
      serveNodes(network),
    ]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  it('D2: the gateway tells the client what its nodes take, and a large upload arrives', async () => {
    const file = join(gateway.folder, 'upload');
    writeFileSync(file, Buffer.alloc(SIZE));
    const url = `http://${CLUSTER}/`;
    const up = await network.client.run('curl', '-sS', '--data-binary', `@${file}`, url);
    expect(up.stdout).toMatch(` got ${SIZE}\n`);
    expect(await gateway.counted('fragmentation-needed')).toBeGreaterThan(0);
    expect(await learnedMtu(network.client, CLUSTER)).toBe(MTU);
  });

  it('D2: so does a datagram that must not be cut', async () => {
    const { client, manager } = network;
    client.ip('route flush cache\n');
    const talk = await converse(client, 'udp', CLUSTER, 7);
    talk.send('x'.repeat(1400));
    await until('the client learns', async () => (await learnedMtu(client, CLUSTER)) === MTU);
    expect(await talk.say('small')).toMatch(` ${CLIENT}:${talk.port}`);
    talk.close();
    const argv = ['-n', '-c', '1', '-M', 'do', '-s', '1400', NODES.alpha];
    const { stdout } = await manager.run('ping', ...argv);
    expect(stdout).toContain(`From ${CLUSTER} icmp_seq=1 Frag needed and DF set (mtu = ${MTU})`);
  });

  it('D2: what may be cut arrives in fragments', async () => {
    const argv = ['-n', '-c', '2', '-i', '0.2', '-W', '1', '-M', 'dont', '-s', '1400', NODES.beta];
    await network.manager.run('ping', ...argv);
    expect(await gateway.counted('larger-than-mtu')).toBeGreaterThan(0);
    expect(stackCounter(network.nodes.beta, 'Ip', 'ReasmOKs')).toBe(2);
  });
});
