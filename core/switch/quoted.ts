// ICMP errors are translated both ways, the packet they quote included (D2; RFC 5508 section 4): so path
// MTU discovery and traceroute work through the gateway.

import type { Ipv4Address } from '../wire/address.ts';
import { u8 } from '../wire/bytes.ts';
import type { Quoted } from '../wire/packet.ts';
import { isPortType, quotedIn } from '../wire/packet.ts';
import { faultName } from '../wire/fault.ts';
import * as icmp from '../wire/layout/icmp.ts';
import type { Rewrite } from '../wire/rewrite.ts';
import { NO_PORT } from '../wire/rewrite.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import { insideKey, outsideKey } from '../decision/connection/connection.ts';
import { isUntranslated } from './follow.ts';
import { refusedChanges } from './inquiry.ts';
import { connectionInside, connectionOutside } from '../decision/connection/lookup.ts';
import type { Exit } from './leave.ts';
import { leave, noWay } from './leave.ts';
import { leaveToAll } from './leave-to-all.ts';
import { nodePortOf } from './mount-port.ts';
import { operates } from './operating.ts';
import { clusterPortOf, nonSpecificNode } from './owner.ts';
import type { NodeIndex, Service, Topology } from '../decision/topology.ts';
import { GATEWAY, LOCAL, interconnect, serviceKey } from '../decision/topology.ts';
import { asIpv4 } from './translate.ts';
import { wayBack } from './way-out.ts';
import type { Decision } from '../decision/verdict.ts';

/** Who sent the quoted packet: the address and port that it knows itself by. */
interface Sender {
  readonly node: NodeIndex;
  readonly address: Ipv4Address;
  readonly port: number;
}

const nodeAddress = (topology: Topology, node: NodeIndex): Ipv4Address =>
  node === GATEWAY
    ? interconnect(topology).address.address
    : asIpv4(topology.nodes[node]?.address ?? interconnect(topology).address.address);

/** The nodes that may have sent a packet from a service's port without an entry. */
const nodesBehind = ({ tables }: Arrival, service: Service): readonly NodeIndex[] => {
  const { nodes } = tables.topology;
  const { route } = service;
  if (route.kind === 'node') {
    const backup = nodes[route.node]?.backup ?? null;
    return backup === null ? [route.node] : [route.node, backup];
  }
  return route.kind === 'mount' || route.kind === 'nfs' ? nodes.map((_, index) => index) : [];
};

/**
 * Who may have sent the quoted packet. Of NFS and MOUNT, whose datagrams have no entries, every node may:
 * what they are told, such as the MTU of a path, is true for all of them.
 */
const sendersOf = (arrival: Arrival, quoted: Quoted): readonly Sender[] => {
  const { tables, now } = arrival;
  const { topology } = tables;
  const { protocol, source, sourcePort, destination, destinationPort } = quoted;
  const key = outsideKey(protocol, destination, destinationPort, source, sourcePort);
  const connection = connectionOutside(tables, key, now);
  if (connection !== undefined) {
    const { node, nodePort } = connection;
    return [{ node, address: asIpv4(connection.nodeAddress), port: nodePort }];
  }
  if (!isPortType(protocol) || !topology.clusterAddresses.has(source)) return [];
  const service = topology.services.get(serviceKey(sourcePort, protocol));
  if (service !== undefined)
    return nodesBehind(arrival, service)
      .filter((node) => operates(topology.nodes[node]))
      .map((node) => ({
        node,
        address: service.embodiment === 'direct' ? source : nodeAddress(topology, node),
        port: nodePortOf(tables, service, node),
      }));
  const computed = nonSpecificNode(topology, protocol, sourcePort);
  const node = computed >= 0 ? computed : GATEWAY;
  const isDirect = computed >= 0 && topology.embodiment === 'direct';
  return [
    { node, address: isDirect ? source : nodeAddress(topology, node), port: sourcePort },
  ];
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

/** How an error gets to who sent what it quotes; null: to the gateway's own stack, and there is none. */
const exitToSender = (arrival: Arrival, quoted: Quoted, sender: Sender): Exit | null => {
  const { topology } = arrival.tables;
  const { node, address, port } = sender;
  const isGateway = node === GATEWAY;
  const egress = isGateway ? (topology.links[LOCAL] ?? null) : interconnect(topology);
  if (egress === null) return null;
  const outer = { source: arrival.packet.source, destination: address };
  const inner = { source: address, sourcePort: port };
  const nextHop = nodeAddress(topology, node);
  return { egress, nextHop, rewrite: errorRewrite(arrival, quoted, outer, inner) };
};

/** An error from outside about a packet that the cluster sent: to the node that sent it. */
export const inboundError = (arrival: Arrival): Decision => {
  const { frame, packet } = arrival;
  const path = 'inbound-not-port-type';
  const quoted = quotedIn(frame, packet);
  if (typeof quoted === 'number') return drop(path, faultName(quoted) as 'icmp-quote-truncated');
  if (quoted.source !== packet.destination) return drop(path, 'icmp-no-connection');
  const exits = sendersOf(arrival, quoted).flatMap(
    (sender) => exitToSender(arrival, quoted, sender) ?? [],
  );
  const [first, ...others] = exits;
  return first === undefined
    ? drop(path, 'icmp-no-connection')
    : leaveToAll(arrival, path, [first, ...others], []);
};

/** What the quoted packet was addressed to, as the host outside knows it; null when the cluster never had it. */
interface ClusterEnd {
  /** Null: the address that the way back shows. */
  readonly address: Ipv4Address | null;
  readonly port: number;
  readonly translated: boolean;
}

const clusterEnd = ({ tables, now }: Arrival, quoted: Quoted): ClusterEnd | null => {
  const { topology } = tables;
  const { protocol, source, sourcePort, destination, destinationPort } = quoted;
  const key = insideKey(protocol, destination, destinationPort, source, sourcePort);
  const connection = connectionInside(tables, key, now);
  if (connection !== undefined) {
    const { clusterAddress, clusterPort } = connection;
    const translated = !isUntranslated(connection);
    return { address: asIpv4(clusterAddress), port: clusterPort, translated };
  }
  // In the alternate embodiment nodes see the cluster's address, and quote it (A14).
  if (topology.clusterSources && topology.clusterAddresses.has(destination))
    return { address: destination, port: destinationPort, translated: true };
  const node =
    destination === interconnect(topology).address.address
      ? GATEWAY
      : topology.nodeByAddress.get(destination);
  if (node === undefined || destinationPort === NO_PORT) return null;
  const port = clusterPortOf(tables, node, protocol, destinationPort);
  return port < 0 ? null : { address: null, port, translated: true };
};

/** A node that refuses a port may have MOUNT on another by now (A16). */
const learned = ({ tables, frame, packet }: Arrival, quoted: Quoted) => {
  const node = tables.topology.nodeByAddress.get(packet.source);
  const isRefusal =
    packet.icmpType === icmp.DESTINATION_UNREACHABLE &&
    u8(frame, packet.transportAt + icmp.CODE) === icmp.CODE_PORT_UNREACHABLE;
  return node === undefined || !isRefusal
    ? []
    : refusedChanges(tables, node, quoted.destinationPort);
};

/** An error from a node, or a router before it, about a packet from outside: back to the host, as of the cluster. */
export const outgoingError = (arrival: Arrival): Decision => {
  const { frame, packet, tables } = arrival;
  const quoted = quotedIn(frame, packet);
  if (typeof quoted === 'number')
    return drop('outgoing', faultName(quoted) as 'icmp-quote-truncated');
  if (quoted.source !== packet.destination) return drop('outgoing', 'icmp-no-connection');
  const end = clusterEnd(arrival, quoted);
  if (end === null) return drop('outgoing', 'icmp-no-connection');
  const way = wayBack(tables.topology, end.address ?? quoted.destination, packet.destination);
  if (way === null) return noWay(arrival, 'outgoing');
  const address = end.address ?? way.network.address.address;
  const rewrite = errorRewrite(
    arrival,
    quoted,
    { source: end.translated ? address : packet.source, destination: packet.destination },
    { destination: address, destinationPort: end.port },
  );
  const exit: Exit = { egress: way.network, nextHop: way.nextHop, rewrite };
  return leave(arrival, 'outgoing', exit, learned(arrival, quoted));
};
