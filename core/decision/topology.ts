// What the message switch is configured with: links, nodes, the message switch table (figure 2, figure 4).

import type { Address, Ipv4Address, Ipv4Interface, MacAddress } from '../wire/address.ts';
import { isLoopback, isMulticast, onLink } from '../wire/address.ts';

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
}

/** An index into `Topology.nodes`, or `GATEWAY`: the gateway is a node too (figure 2), its own stack. */
export type NodeIndex = number;
export const GATEWAY: NodeIndex = -1;

/** The third column of the message switch table (figure 4): a node, or a routing function. */
export type Route =
  | { readonly kind: 'node'; readonly node: NodeIndex }
  | {
      readonly kind: 'connection';
      readonly nodes: readonly NodeIndex[];
      readonly scheduler: 'round-robin';
    }
  /** A routing function that this version does not have: its messages are refused. */
  | { readonly kind: 'absent'; readonly name: string };

/** An entry of the message switch table (A4). */
export interface Service {
  readonly port: number;
  readonly protocol: number;
  /** The port on the node; the same as `port` unless configured (A9). */
  readonly nodePort: number;
  readonly route: Route;
}

/** (destination port, protocol) as one number: the key of the message switch table. */
export type ServiceKey = number;
export const serviceKey = (port: number, protocol: number): ServiceKey => protocol * 65536 + port;

/** (node, its port, protocol) as one number: finds the service that a node's own port belongs to. */
export const nodePortKey = (node: NodeIndex, port: number, protocol: number): number =>
  (node * 256 + protocol) * 65536 + port;

/** Index for finding the service that a node's own port belongs to. */
export const byNodePort = (services: Iterable<Service>): ReadonlyMap<number, Service> => {
  const found = new Map<number, Service>();
  for (const service of services) {
    const { route, nodePort, protocol } = service;
    const nodes =
      route.kind === 'node' ? [route.node] : route.kind === 'connection' ? route.nodes : [];
    for (const node of nodes) found.set(nodePortKey(node, nodePort, protocol), service);
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
