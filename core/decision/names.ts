// How the switch's numbers are written for people: protocols, links, nodes, services.

import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/layout/ipv4.ts';
import type { Link, NodeIndex, Service, Topology } from './topology.ts';
import { GATEWAY } from './topology.ts';

const protocols: Readonly<Record<number, string>> = {
  [PROTOCOL_ICMP]: 'icmp',
  [PROTOCOL_TCP]: 'tcp',
  [PROTOCOL_UDP]: 'udp',
};

export const protocolName = (protocol: number): string =>
  protocols[protocol] ?? `protocol ${protocol}`;

export const nodeName = ({ nodes }: Topology, node: NodeIndex): string =>
  node === GATEWAY ? 'gateway' : (nodes[node]?.name ?? `node ${node}`);

export const linkName = ({ links }: Topology, link: Link): string =>
  links[link]?.name ?? `link ${link}`;

/** `80/tcp`: an entry of the message switch table as people name it. */
export const serviceName = ({ port, protocol }: Service): string =>
  `${port}/${protocolName(protocol)}`;
