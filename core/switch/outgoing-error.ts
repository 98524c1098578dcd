// ICMP errors from a node, or a router before it, about packets from outside (D2; RFC 5508 section 4.2): back
// to the host, as of the cluster.

import type { Ipv4Address } from '../wire/address.ts';
import { u8 } from '../wire/bytes.ts';
import { faultName } from '../wire/fault.ts';
import * as icmp from '../wire/layout/icmp.ts';
import type { Quoted } from '../wire/packet.ts';
import { quotedIn } from '../wire/packet.ts';
import { NO_PORT } from '../wire/rewrite.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import { connectionToNode } from '../decision/connection/lookup.ts';
import type { Change } from '../decision/tables.ts';
import { GATEWAY, interconnect } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Exit } from './exit.ts';
import { leave, noWay } from './leave.ts';
import { refusedChanges } from './mount-port.ts';
import { clusterPortOf } from './owner.ts';
import { errorRewrite } from './quoted.ts';
import { asIpv4 } from './translate.ts';
import type { WayOut } from './way-out.ts';
import { wayBack, wayOfAnswer } from './way-out.ts';

/** What the quoted packet was addressed to, as the host outside knows it, and the way to that host. */
interface ClusterEnd {
  /** The cluster's address, or a node's own where a management host speaks to it (A12). */
  readonly address: Ipv4Address;
  readonly port: number;
  readonly way: WayOut | null;
}

/** Null when the cluster never had such a packet. */
const clusterEnd = ({ tables, now }: Arrival, quoted: Quoted): ClusterEnd | null => {
  const { topology } = tables;
  const { protocol, source: host, sourcePort: hostPort, destination, destinationPort } = quoted;
  const connection = connectionToNode(tables, quoted, now);
  if (connection !== undefined) {
    const address = asIpv4(connection.clusterAddress);
    return { address, port: connection.clusterPort, way: wayBack(topology, address, host) };
  }
  // In the alternate embodiment nodes see the cluster's address, and quote it (A14).
  if (topology.clusterSources && topology.clusterAddresses.has(destination)) {
    const way = wayBack(topology, destination, host);
    return { address: destination, port: destinationPort, way };
  }
  const node =
    destination === interconnect(topology).address.address
      ? GATEWAY
      : topology.nodeByAddress.get(destination);
  if (node === undefined || destinationPort === NO_PORT) return null;
  const port = clusterPortOf(tables, node, protocol, destinationPort);
  if (port < 0) return null;
  const way = wayOfAnswer(tables, { protocol, host, hostPort, clusterPort: port }, now);
  return { address: way?.cluster ?? destination, port, way };
};

/** A node that refuses a port may have MOUNT on another by now (A16). */
const learned = ({ tables, frame, packet }: Arrival, quoted: Quoted): readonly Change[] => {
  const node = tables.topology.nodeByAddress.get(packet.source);
  const isRefusal =
    packet.icmpType === icmp.DESTINATION_UNREACHABLE &&
    u8(frame, packet.transportAt + icmp.CODE) === icmp.CODE_PORT_UNREACHABLE;
  return node === undefined || !isRefusal
    ? []
    : refusedChanges(tables, node, quoted.protocol, quoted.destinationPort);
};

/** Decides an error from the interconnect, or from the gateway's own stack, about a packet from outside. */
export const outgoingError = (arrival: Arrival): Decision => {
  const { frame, packet, tables } = arrival;
  const quoted = quotedIn(frame, packet);
  if (typeof quoted === 'number')
    return drop('outgoing', faultName(quoted) as 'icmp-quote-truncated');
  if (quoted.source !== packet.destination) return drop('outgoing', 'icmp-no-connection');
  const end = clusterEnd(arrival, quoted);
  if (end === null) return drop('outgoing', 'icmp-no-connection');
  const { address, port, way } = end;
  if (way === null) return noWay(arrival, 'outgoing');
  // Who speaks to a node by its own address may see the addresses inside (A12); nobody else may.
  const source = tables.topology.clusterAddresses.has(address) ? address : packet.source;
  const rewrite = errorRewrite(
    packet,
    quoted,
    { source, destination: packet.destination },
    { destination: address, destinationPort: port },
  );
  const exit: Exit = { egress: way.network, nextHop: way.nextHop, rewrite, follows: null };
  return leave(arrival, 'outgoing', exit, learned(arrival, quoted));
};
