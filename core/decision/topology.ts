// What the message switch is configured with: links, nodes, the message switch table (figure 2, figure 4).

import type { Address, Ipv4Address, Ipv4Interface, MacAddress } from '../wire/address.ts';
import { isLoopback, isMulticast, onLink } from '../wire/address.ts';
import type { FilehandleField } from '../rpc/filehandle.ts';
import type { HashKey } from './keyed-hash.ts';
import type { Plan, Scheduler } from './schedule.ts';

/** A number for each place that frames come from and go to; tables of links are indexed by it. */
export type Link = number;
export const INTERCONNECT: Link = 0;
/** The gateway machine's own stack (box 580). */
export const LOCAL: Link = 1;
/** The first network, which is the default network (A13); further ones follow. */
export const FIRST_NETWORK: Link = 2;

export interface LinkSettings {
  readonly link: Link;
  /** As the configuration names it; `interconnect` and `local` for those two. */
  readonly name: string;
  /** Whether frames carry an Ethernet header, or are bare IP packets (a TUN). */
  readonly framing: 'ethernet' | 'ip';
  /** On a network the cluster address, on the interconnect the gateway's internal address (A1). */
  readonly address: Ipv4Interface;
  readonly mac: MacAddress;
  /** Whether frames to other MAC addresses are refused; not so in recordings of another gateway. */
  readonly filtersMac: boolean;
  /** Largest IP packet, bytes. */
  readonly mtu: number;
  /** Next hop for what is not on this link. */
  readonly router: Ipv4Address | null;
  /** Hosts of these prefixes may reach a node by its own address (A12). */
  readonly management: readonly Ipv4Interface[];
}

/** `drain`: keeps its connections, gets no new ones. `down`: gets nothing. */
export type NodeState = 'active' | 'drain' | 'down';

export interface ClusterNode {
  readonly name: string;
  /** The document's node number; nodes are kept in its order. */
  readonly number: number;
  readonly address: Address;
  readonly state: NodeState;
  /** Its share of new connections, a whole number from 1 (A20). */
  readonly weight: number;
  /** The node that gets what would go to this one while it is down (A21, claim 16); null: none. */
  readonly backup: NodeIndex | null;
}

/** An index into `Topology.nodes`, or `GATEWAY`: the gateway is a node too (figure 2), its own stack. */
export type NodeIndex = number;
export const GATEWAY: NodeIndex = -1;

/** The third column of the message switch table (figure 4): a node, or a routing function. */
export type Route =
  | { readonly kind: 'node'; readonly node: NodeIndex }
  /** f_inconn of figure 10. */
  | {
      readonly kind: 'connection';
      readonly nodes: readonly NodeIndex[];
      readonly scheduler: Scheduler;
      readonly plan: Plan;
    }
  /** f_MOUNT of figure 8: the path in the message names the node. */
  | { readonly kind: 'mount' }
  /** f_NFS of figure 9: the filehandle in the message names the node. */
  | { readonly kind: 'nfs'; readonly field: FilehandleField }
  /** Asked for ports, the gateway answers for the cluster (example 1). */
  | { readonly kind: 'portmapper' };

/**
 * Whether a message's address is rewritten, or left alone and only the frame readdressed: the first
 * embodiment, or the alternate one (claim 15, A14).
 */
export type Embodiment = 'rewrite' | 'direct';

/** An entry of the message switch table (A4). */
export interface Service {
  readonly port: number;
  readonly protocol: number;
  /** The port on the node; the same as `port` unless configured (A9), and always so in `direct`. */
  readonly nodePort: number;
  readonly embodiment: Embodiment;
  /** The ONC RPC program behind the port; null where the gateway knows of none. */
  readonly program: number | null;
  readonly route: Route;
}

/** (destination port, protocol) as one number: the key of the message switch table. */
export type ServiceKey = number;
export const serviceKey = (port: number, protocol: number): ServiceKey => protocol * 65536 + port;

/** (node, its port, protocol) as one number: finds the service that a node's own port belongs to. */
export const nodePortKey = (node: NodeIndex, port: number, protocol: number): number =>
  (node * 256 + protocol) * 65536 + port;

/** What a {@link nodePortKey} is made of. */
export const nodePortOfKey = (
  key: number,
): { readonly node: NodeIndex; readonly port: number; readonly protocol: number } => ({
  node: Math.floor(key / 0x1000000),
  protocol: Math.floor(key / 0x10000) % 0x100,
  port: key % 0x10000,
});

/** The nodes that a service may lead to, `count` being how many there are. */
export const nodesOf = ({ route }: Service, count: number): readonly NodeIndex[] => {
  if (route.kind === 'node') return [route.node];
  if (route.kind === 'connection') return route.nodes;
  return route.kind === 'nfs' ? Array.from({ length: count }, (_, node) => node) : [];
};

/**
 * Index for finding the service that a node's own port belongs to, a backup's too. The ports of MOUNT
 * stand in the mount port table.
 */
export const byNodePort = (
  services: Iterable<Service>,
  nodes: readonly ClusterNode[],
): ReadonlyMap<number, Service> => {
  const found = new Map<number, Service>();
  for (const service of services)
    for (const node of nodesOf(service, nodes.length)) {
      const { nodePort, protocol } = service;
      found.set(nodePortKey(node, nodePort, protocol), service);
      const backup = nodes[node]?.backup ?? null;
      if (backup !== null) found.set(nodePortKey(backup, nodePort, protocol), service);
    }
  return found;
};

/** Ports that nodes allocate by an algorithm (A5), both ends included. */
export interface NonSpecificPorts {
  readonly from: number;
  readonly to: number;
  readonly algorithm: 'modulo' | 'ranges';
}

/** Idle time after which a connection is forgotten, milliseconds (RFC 5382, RFC 4787, RFC 5508). */
export interface Timeouts {
  readonly tcpTransitory: number;
  readonly tcpEstablished: number;
  readonly udp: number;
  readonly icmp: number;
}

export interface Limits {
  /** Entries in the cluster connection table. */
  readonly connections: number;
  /** Entries in the neighbour table. */
  readonly neighbours: number;
  /** Datagrams of which fragments are being followed or held (D3). */
  readonly datagrams: number;
  /** Bytes of fragments that are held. */
  readonly fragmentBytes: number;
  /** Entries in the list of mounts that DUMP tells. */
  readonly mounts: number;
}

export interface Topology {
  readonly cluster: string;
  /** By `Link`; `LOCAL` is null when the gateway machine's own stack takes no part. */
  readonly links: readonly (LinkSettings | null)[];
  /** In the order of their numbers. */
  readonly nodes: readonly ClusterNode[];
  readonly nodeByAddress: ReadonlyMap<Address, NodeIndex>;
  /** Cluster address to the network it belongs to. */
  readonly clusterAddresses: ReadonlyMap<Address, Link>;
  /** Directed broadcast addresses of all links: no host has one (RFC 1122 section 3.2.1.3). */
  readonly directedBroadcasts: ReadonlySet<Address>;
  readonly services: ReadonlyMap<ServiceKey, Service>;
  readonly serviceByNodePort: ReadonlyMap<number, Service>;
  readonly nonSpecificPorts: NonSpecificPorts | null;
  /** Of what no service says otherwise: non-specific ports, and connections that nodes open. */
  readonly embodiment: Embodiment;
  /** Whether nodes may send with a cluster address as source: anything is `direct`. */
  readonly clusterSources: boolean;
  /** The cluster export table (figure 7): paths as {@link exportKey} spells them. */
  readonly exports: ReadonlyMap<string, NodeIndex>;
  /** The mount port table (figure 7) as far as it is configured; the rest is asked of the nodes. */
  readonly mountPorts: ReadonlyMap<NodeIndex, number>;
  /** Keys what an outsider could choose the hash of. */
  readonly hashKey: HashKey;
  readonly unmatched: 'refuse' | 'drop';
  readonly timeouts: Timeouts;
  readonly limits: Limits;
}

/** The settings of a link that is known to be there. */
export const linkSettings = (topology: Topology, link: Link): LinkSettings => {
  const settings = topology.links[link];
  if (settings === null || settings === undefined) throw new RangeError(`no link ${link}`);
  return settings;
};

export const interconnect = (topology: Topology): LinkSettings =>
  linkSettings(topology, INTERCONNECT);

export const networks = (topology: Topology): readonly LinkSettings[] =>
  topology.links.slice(FIRST_NETWORK).filter((link) => link !== null);

/**
 * The network by which a host is reached: the one it is on, else the first that has a router; and the
 * next hop there. Null when there is no way out.
 */
export const wayOut = (
  topology: Topology,
  host: Ipv4Address,
): { readonly network: LinkSettings; readonly nextHop: Ipv4Address } | null => {
  for (let link = FIRST_NETWORK; link < topology.links.length; link++) {
    const network = topology.links[link];
    if (network && onLink(network.address, host)) return { network, nextHop: host };
  }
  for (let link = FIRST_NETWORK; link < topology.links.length; link++) {
    const network = topology.links[link];
    if (network && network.router !== null) return { network, nextHop: network.router };
  }
  return null;
};

/** An address that no single host can have as its source (RFC 1122 section 3.2.1.3, RFC 1812 section 5.3.7). */
export const isMartian = (address: Ipv4Address): boolean =>
  address >>> 24 === 0 || isLoopback(address) || isMulticast(address) || address >>> 28 === 0xf;
