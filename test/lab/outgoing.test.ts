import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLIENT, CLUSTER, FAR, laboratory, makeNetwork } from './network.ts';
import { converse, serve } from './servers.ts';

describe.runIf(laboratory('connections that nodes open', 'ping', 'curl'))('from a node', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    [gateway] = await Promise.all([
      startGateway(network.gateway),
      serve(network.client),
      serve(network.far),
    ]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  for (const [protocol, port] of [
    ['tcp', 7],
    ['udp', 53],
  ] as const)
    it(`D4: ${protocol} to the outside comes from the cluster's address, its port kept`, async () => {
      const talk = await converse(network.nodes.alpha, protocol, CLIENT, port, 5001);
      expect(await talk.say('hello')).toBe(`client ${CLUSTER}:5001`);
      expect(await talk.say('again')).toBe(`client ${CLUSTER}:5001`);
      talk.close();
    });

  for (const protocol of ['tcp', 'udp'] as const)
    it(`D4: two nodes use the same ${protocol} port to the same host at once`, async () => {
      const { alpha, beta } = network.nodes;
      const [one, other] = await Promise.all([
        converse(alpha, protocol, CLIENT, 7, 5002),
        converse(beta, protocol, CLIENT, 7, 5002),
      ]);
      const seen: readonly string[] = await Promise.all([one.say('a'), other.say('b')]);
      expect(new Set(seen).size).toBe(2);
      for (const whom of seen) expect(whom).toMatch(`client ${CLUSTER}:`);
      expect(await Promise.all([one.say('c'), other.say('d')])).toEqual(seen);
      one.close();
      other.close();
    });

  it('D4: two nodes ping the same host at once', async () => {
    const { alpha, beta } = network.nodes;
    const pings = await Promise.all(
      [alpha, beta].map((node) =>
        node.run('ping', '-n', '-c', '3', '-i', '0.2', '-e', '77', CLIENT),
      ),
    );
    for (const { code, stdout } of pings) {
      expect(stdout).toContain(' 3 received');
      expect(stdout).toContain(' 0% packet loss');
      expect(stdout).not.toContain('DUP');
      expect(code).toBe(0);
    }
  });

  it('A13: a host that is on no network of the cluster is reached by the router', async () => {
    const { code, stdout } = await network.nodes.gamma.run('curl', '-sS', `http://${FAR}/`);
    expect(code).toBe(0);
    expect(stdout).toMatch(`far ${CLUSTER}:`);
  });
});
