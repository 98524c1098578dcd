// Who speaks with whom in a conversation: hosts with the cluster, of management with nodes, nodes and the
// gateway's own stack with hosts.

import fc from 'fast-check';
import type { Link, Topology } from '../../core/decision/topology.ts';
import { FIRST_NETWORK, LOCAL, linkSettings, networks } from '../../core/decision/topology.ts';
import type { Ipv4Address } from '../../core/wire/address.ts';
import { onLink } from '../../core/wire/address.ts';
import { HOST, INSIDE, NODES, TCP, UDP, address } from '../core/switch/laboratory.ts';

/** Two ends that speak with each other, and who begins. */
export interface Talk {
  readonly protocol: number;
  readonly opener: 'host' | 'node' | 'gateway';
  readonly host: Ipv4Address;
  readonly hostPort: number;
  /** The network by which the host's frames come. */
  readonly network: Link;
  /** What the host speaks to; where a node opens, what it speaks as. */
  readonly address: Ipv4Address;
  readonly port: number;
  /** The node that opens. */
  readonly node: number;
  readonly isNfs: boolean;
  /** The first sequence number of both sides. */
  readonly sequence: number;
}

/** Hosts that everything is about: on both networks, behind routers, and one of management. */
export const HOSTS: readonly Ipv4Address[] = [
  HOST,
  address('198.51.100.10'),
  address('203.0.113.7'),
  address('192.0.2.50'),
  address('198.51.100.200'),
];
const MANAGER = address('198.51.100.200');

const hostPorts = fc.constantFrom(1000, 1001, 800, 40001);
const hosts = fc.constantFrom(...HOSTS);
const sequences = fc.constantFrom(1000, 0xffffffff, 0xfffffff0);
const tcpPorts = fc.constantFrom(80, 80, 81, 25, 25);
const connectionPorts = fc.constantFrom(7, 7, 7, 54);
const nodePorts = fc.constantFrom(
  ...[5000, 5001, 900, 40000, 40001, 40002],
  ...[8081, 2525, 1123, 53, 635],
);
/** Where a node may be found to have its MOUNT. */
const mountPorts = fc.constantFrom(635, 635, 636);
/** Ports of which no entry is needed to know the node; and one that is nobody's. */
const statelessPorts = fc.constantFrom(53, 53, 123, 123, 40000, 40001, 40002, 50000, 9);
const NFS_PORT = 2049;
const networkLinks = (of: Topology): readonly Link[] => networks(of).map(({ link }) => link);
const clusterAddresses = (of: Topology): readonly Ipv4Address[] =>
  networks(of).map((one) => one.address.address);

/** The cluster's address on the network that a host is nearest to. */
const nearest = (of: Topology, host: Ipv4Address): Ipv4Address =>
  (networks(of).find((one) => onLink(one.address, host)) ?? linkSettings(of, FIRST_NETWORK)).address
    .address;

const common = (of: Topology) => ({
  host: hosts,
  hostPort: hostPorts,
  network: fc.constantFrom(FIRST_NETWORK, ...networkLinks(of)),
  node: fc.nat({ max: NODES.length - 1 }),
  sequence: sequences,
});

/** A host speaks to a port of the cluster; `isStraight`: by the address that it is nearest to. */
const toCluster = (
  of: Topology,
  isStraight: boolean,
  protocol: number,
  port: fc.Arbitrary<number>,
  isNfs = false,
): fc.Arbitrary<Talk> =>
  fc
    .record({
      ...common(of),
      protocol: fc.constant(protocol),
      opener: fc.constant('host' as const),
      address: fc.constantFrom(...clusterAddresses(of)),
      port,
      isNfs: fc.constant(isNfs),
    })
    .map((talk) => (isStraight ? { ...talk, address: nearest(of, talk.host) } : talk));

/** A host of management speaks to a node by its own address (A12). */
const toNode = (of: Topology): fc.Arbitrary<Talk> =>
  fc.record({
    ...common(of),
    host: fc.constant(MANAGER),
    network: fc.constant(FIRST_NETWORK),
    protocol: fc.constantFrom(TCP, UDP),
    opener: fc.constant('host' as const),
    address: fc.constantFrom(...NODES),
    port: fc.constantFrom(22, 53, 8081),
    isNfs: fc.constant(false),
  });

/** A node speaks to a host, as itself or, where that may be, as the cluster. */
const fromNode = (
  of: Topology,
  protocol: fc.Arbitrary<number>,
  port: fc.Arbitrary<number>,
): fc.Arbitrary<Talk> =>
  fc
    .record({
      ...common(of),
      protocol,
      opener: fc.constant('node' as const),
      asCluster: fc.boolean(),
      cluster: fc.constantFrom(...clusterAddresses(of)),
      port,
      isNfs: fc.constant(false),
    })
    .map(({ asCluster, cluster, ...talk }) => ({
      ...talk,
      address: of.clusterSources && asCluster ? cluster : (NODES[talk.node] ?? cluster),
    }));

/** The gateway's own stack speaks to a host. */
const fromGateway = (of: Topology): fc.Arbitrary<Talk> =>
  fc.record({
    ...common(of),
    protocol: fc.constantFrom(TCP, UDP),
    opener: fc.constant('gateway' as const),
    address: fc.constant(INSIDE),
    port: fc.constantFrom(5000, 40001),
    isNfs: fc.constant(false),
  });

/** Talks of one kind each, and of all kinds: what comes together often is met only where nothing else is. */
export const kindsOfTalks = (of: Topology, isStraight: boolean): readonly fc.Arbitrary<Talk>[] => {
  const tcp = toCluster(of, isStraight, TCP, tcpPorts);
  const udp = toCluster(of, isStraight, UDP, connectionPorts);
  const stateless = fc.oneof(
    toCluster(of, isStraight, UDP, statelessPorts),
    toCluster(of, isStraight, TCP, fc.constantFrom(40000, 40001, 25)),
  );
  const nfs = toCluster(of, isStraight, UDP, fc.constant(NFS_PORT), true);
  const hasStack = (of.links[LOCAL] ?? null) !== null;
  const ownTalks = fromNode(of, fc.constantFrom(TCP, UDP), nodePorts);
  const fromInside = hasStack ? fc.oneof(ownTalks, fromGateway(of)) : ownTalks;
  const fromMount = fromNode(of, fc.constant(UDP), mountPorts);
  const kinds = [tcp, tcp, udp, stateless, nfs, toNode(of), fromInside, fromMount];
  return [fc.oneof(...kinds), ...kinds];
};
