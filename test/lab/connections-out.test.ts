import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, startGateway } from './gateway.ts';
import type { Network, NodeName } from './network.ts';
import { CLIENT, CLUSTER, FAR, laboratory, makeNetwork, NODE_NAMES } from './network.ts';
import { converse, serve } from './servers.ts';
import { setUpNodes, WAYS } from './way.ts';

const able = laboratory('the same port outward');
const REWRITING = WAYS.filter(([, { forwarding }]) => forwarding === 'rewrite');
describe.runIf(able).each(REWRITING)('the same port of two nodes, outward, %s', (_, way) => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    const config = configuration({ forwarding: way.forwarding });
    [gateway] = await Promise.all([
      startGateway(network.gateway, config),
      serve(network.client),
      serve(network.far),
    ]);
    await setUpNodes(network, gateway, way);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  /** Both nodes talk at once from the same port to the same host and port; the ports that it sees. */
  const seenPorts = async (
    protocol: 'tcp' | 'udp',
    [name, address]: readonly [string, string],
    from: number,
  ): Promise<readonly number[]> => {
    const { alpha, beta } = network.nodes;
    const talks = await Promise.all(
      [alpha, beta].map((node) => converse(node, protocol, address, 7, from)),
    );
    const sayAll = (text: string): Promise<readonly string[]> =>
      Promise.all(talks.map((talk, index) => talk.say(`${text}${index}`)));
    const seen = await sayAll('one');
    // What comes back goes to the node that asked, also the second time.
    expect(await sayAll('two')).toEqual(seen);
    for (const talk of talks) talk.close();
    return seen.map((whom) => {
      expect(whom).toMatch(`${name} ${CLUSTER}:`);
      return Number(whom.split(':')[1]);
    });
  };

  for (const [host, port] of [
    [['client', CLIENT], 5010],
    [['far', FAR], 5011],
  ] as const)
    for (const protocol of ['tcp', 'udp'] as const) {
      it(`D4: ${protocol} to ${host[0]}: one keeps its port, the other is moved`, async () => {
        const ports = await seenPorts(protocol, host, port);
        expect(ports).toContain(port);
        expect(new Set(ports).size).toBe(2);
        for (const seen of ports) expect(seen).toBeGreaterThanOrEqual(1024);
      });

      it(`D4: ${protocol} to ${host[0]}: a reserved port is moved to a reserved one`, async () => {
        const ports = await seenPorts(protocol, host, 1023);
        expect(ports).toContain(1023);
        expect(new Set(ports).size).toBe(2);
        // The ports that rresvport(3) takes, and servers trust.
        for (const seen of ports) expect(seen).toBeGreaterThanOrEqual(512);
        for (const seen of ports) expect(seen).toBeLessThan(1024);
      });
    }
});

describe.runIf(able)('ports of nodes that write the cluster’s address themselves', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    const config = configuration({ forwarding: 'direct' });
    [gateway] = await Promise.all([startGateway(network.gateway, config), serve(network.client)]);
    await setUpNodes(network, gateway, { forwarding: 'direct', loopback: false });
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  // Nobody moves them: the nodes were set up to choose such as no other node does (A5).
  it.each(['tcp', 'udp'] as const)('A14, D4: %s from each node at once', async (protocol) => {
    const nodes = NODE_NAMES.flatMap((name) => Array<NodeName>(4).fill(name));
    const talks = await Promise.all(
      nodes.map((name) => converse(network.nodes[name], protocol, CLIENT, 7)),
    );
    const seen = await Promise.all(talks.map((talk, index) => talk.say(`hello ${index}`)));
    expect(seen).toEqual(talks.map(({ port }) => `client ${CLUSTER}:${port}`));
    // By the number of a port alone the gateway knows whose it is.
    const owners = new Map(talks.map(({ port }, index) => [port % 3, nodes[index]]));
    expect(talks.map(({ port }) => owners.get(port % 3))).toEqual(nodes);
    for (const talk of talks) talk.close();
  });
});
