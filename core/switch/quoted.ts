// ICMP errors are translated both ways, the packet they quote included (D2; RFC 5508 section 4): so path
// MTU discovery and traceroute work through the gateway.

import type { Ipv4Address } from '../wire/address.ts';
import type { Quoted } from '../wire/packet.ts';
import { quotedIn } from '../wire/packet.ts';
import { faultName } from '../wire/fault.ts';
import type { Rewrite } from '../wire/rewrite.ts';
import { NO_PORT } from '../wire/rewrite.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import { insideKey, outsideKey } from '../decision/connection/connection.ts';
import { isUntranslated } from './follow.ts';
import { connectionInside, connectionOutside } from '../decision/connection/lookup.ts';
import { leave, noWay } from './leave.ts';
import { clusterPortOf, ownerOf } from './owner.ts';
import type { NodeIndex } from '../decision/topology.ts';
import { GATEWAY, LOCAL, interconnect, wayOut } from '../decision/topology.ts';
import { asIpv4 } from './translate.ts';
import type { Decision } from '../decision/verdict.ts';

/** The node that sent the quoted packet, as the node knows it. */
interface Sender {
  readonly node: NodeIndex;
  readonly address: Ipv4Address;
  readonly port: number;
}

const senderOf = ({ tables, now }: Arrival, quoted: Quoted): Sender | null => {
  const { protocol, source, sourcePort, destination, destinationPort } = quoted;
  const key = outsideKey(protocol, destination, destinationPort, source, sourcePort);
  const connection = connectionOutside(tables, key, now);
  if (connection !== undefined)
    return {
      node: connection.node,
      address: asIpv4(connection.nodeAddress),
      port: connection.nodePort,
    };
  const { topology } = tables;
  if (sourcePort === NO_PORT || !topology.clusterAddresses.has(source)) return null;
  const owner = ownerOf(topology, protocol, sourcePort);
  if (owner === null) return null;
  const address =
    owner.node === GATEWAY
      ? interconnect(topology).address.address
      : topology.nodes[owner.node]?.address;
  return address === undefined
    ? null
    : { node: owner.node, address: asIpv4(address), port: owner.port };
};

const errorRewrite = (
  { packet }: Arrival,
  quoted: Quoted,
  outer: { readonly source: Ipv4Address; readonly destination: Ipv4Address },
  inner: Partial<Quoted>,
): Rewrite => ({
  packet: {
    at: packet.at,
    endpoints: { ...outer, sourcePort: NO_PORT, destinationPort: NO_PORT },
  },
  quoted: {
    at: quoted.at,
    endpoints: {
      source: inner.source ?? quoted.source,
      destination: inner.destination ?? quoted.destination,
      sourcePort: inner.sourcePort ?? quoted.sourcePort,
      destinationPort: inner.destinationPort ?? quoted.destinationPort,
    },
  },
  hops: 0,
});

/** An error from outside about a packet that the cluster sent: to the node that sent it. */
export const inboundError = (arrival: Arrival): Decision => {
  const { frame, packet, tables } = arrival;
  const path = 'inbound-not-port-type';
  const quoted = quotedIn(frame, packet);
  if (typeof quoted === 'number') return drop(path, faultName(quoted) as 'icmp-quote-truncated');
  if (quoted.source !== packet.destination) return drop(path, 'icmp-no-connection');
  const sender = senderOf(arrival, quoted);
  if (sender === null) return drop(path, 'icmp-no-connection');
  const local = tables.topology.links[LOCAL] ?? null;
  if (sender.node === GATEWAY && local === null) return drop(path, 'icmp-no-connection');
  const egress = sender.node === GATEWAY && local !== null ? local : interconnect(tables.topology);
  const rewrite = errorRewrite(
    arrival,
    quoted,
    { source: packet.source, destination: sender.address },
    { source: sender.address, sourcePort: sender.port },
  );
  return leave(arrival, path, { egress, nextHop: sender.address, rewrite }, []);
};

/** What the quoted packet was addressed to, as the host outside knows it; null when the cluster never had it. */
const clusterEnd = (
  { tables, now }: Arrival,
  quoted: Quoted,
  network: Ipv4Address,
): {
  readonly address: Ipv4Address;
  readonly port: number;
  readonly translated: boolean;
} | null => {
  const { protocol, source, sourcePort, destination, destinationPort } = quoted;
  const key = insideKey(protocol, destination, destinationPort, source, sourcePort);
  const connection = connectionInside(tables, key, now);
  if (connection !== undefined)
    return {
      address: asIpv4(connection.clusterAddress),
      port: connection.clusterPort,
      translated: !isUntranslated(connection),
    };
  const { topology } = tables;
  const node =
    destination === interconnect(topology).address.address
      ? GATEWAY
      : topology.nodeByAddress.get(destination);
  if (node === undefined || destinationPort === NO_PORT) return null;
  const port = clusterPortOf(topology, node, protocol, destinationPort);
  return port < 0 ? null : { address: network, port, translated: true };
};

/** An error from a node, or a router before it, about a packet from outside: back to the host, as of the cluster. */
export const outgoingError = (arrival: Arrival): Decision => {
  const { frame, packet, tables } = arrival;
  const quoted = quotedIn(frame, packet);
  if (typeof quoted === 'number')
    return drop('outgoing', faultName(quoted) as 'icmp-quote-truncated');
  if (quoted.source !== packet.destination) return drop('outgoing', 'icmp-no-connection');
  const way = wayOut(tables.topology, packet.destination);
  if (way === null) return noWay(arrival, 'outgoing');
  const end = clusterEnd(arrival, quoted, way.network.address.address);
  if (end === null) return drop('outgoing', 'icmp-no-connection');
  const rewrite = errorRewrite(
    arrival,
    quoted,
    { source: end.translated ? end.address : packet.source, destination: packet.destination },
    { destination: end.address, destinationPort: end.port },
  );
  return leave(arrival, 'outgoing', { egress: way.network, nextHop: way.nextHop, rewrite }, []);
};
