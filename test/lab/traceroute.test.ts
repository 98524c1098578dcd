import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { Network } from './network.ts';
import { CLUSTER, FAR, FAR_ROUTER, laboratory, makeNetwork, ROUTER } from './network.ts';
import { serveNodes } from './servers.ts';

/** The hops that a traceroute names. */
const hops = (text: string): readonly string[] =>
  text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/)[1] ?? '');

/** One probe at a time: hosts limit the rate of their ICMP errors. */
const ONE_BY_ONE = ['-n', '-q', '1', '-N', '1', '-m', '5'];

describe.runIf(laboratory('traceroute', 'traceroute'))('traceroute', () => {
  let network: Network;
  let gateway: Running;
  beforeAll(async () => {
    network = makeNetwork();
    [gateway] = await Promise.all([startGateway(network.gateway), serveNodes(network)]);
  });
  afterAll(async () => {
    network.dispose();
    await gateway.dispose();
  });

  for (const [kind, ...how] of [
    ['UDP'],
    ['ICMP echo', '-I'],
    ['TCP', '-T', '-p', '80'],
    ['UDP to a closed port', '-U', '-p', '9000'],
  ] as const) {
    it(`D2: by ${kind} the cluster is one hop away, whatever node answers`, async () => {
      const { stdout } = await network.client.run('traceroute', ...ONE_BY_ONE, ...how, CLUSTER);
      expect(hops(stdout)).toEqual([CLUSTER]);
    });

    it(`D2: by ${kind} from behind a router there are two: router and cluster`, async () => {
      const { stdout } = await network.far.run('traceroute', ...ONE_BY_ONE, ...how, CLUSTER);
      expect(hops(stdout)).toEqual([FAR_ROUTER, CLUSTER]);
    });
  }

  for (const [kind, ...how] of [['UDP'], ['ICMP echo', '-I']] as const)
    it(`D2: from a node by ${kind} errors that routers send find back to it`, async () => {
      const { alpha } = network.nodes;
      const { stdout } = await alpha.run('traceroute', ...ONE_BY_ONE, ...how, FAR);
      expect(hops(stdout)).toEqual([ROUTER, FAR]);
    });
});
