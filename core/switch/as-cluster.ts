// Outgoing messages of the alternate embodiment (A14; EP 0 605 339, "An alternative preferred embodiment"):
// nodes have put the cluster address into them, and the gateway only passes them on.

import type { MacAddress } from '../wire/address.ts';
import { isPortType } from '../wire/packet.ts';
import * as icmp from '../wire/icmp.ts';
import { ECHO_REPLY } from '../wire/layout/icmp.ts';
import { NO_PORT } from '../wire/rewrite.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop, senderMac } from '../decision/arrival.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { isDone, opens } from '../decision/connection/phase.ts';
import { neighbourKey } from '../decision/tables.ts';
import type { NodeIndex, Topology } from '../decision/topology.ts';
import { INTERCONNECT, serviceKey } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import { followOut } from './follow.ts';
import { leave, noWay } from './leave.ts';
import { openOutAsCluster } from './open-out.ts';
import { operates } from './operating.ts';
import { connectionOfOutgoing } from './outbound.ts';
import { nonSpecificNode } from './owner.ts';
import { grantChanges } from './routes/mount-list.ts';
import { wayBack } from './way-out.ts';

const macOf = ({ tables }: Arrival, node: NodeIndex): MacAddress | null => {
  const address = tables.topology.nodes[node]?.address;
  return address === undefined
    ? null
    : (tables.neighbours.get(neighbourKey(INTERCONNECT, address))?.mac ?? null);
};

/** The node whose frame this is: all of them write the same source address. -1 when it is not known. */
const senderNode = (arrival: Arrival): NodeIndex => {
  const sender = senderMac(arrival.frame);
  return arrival.tables.topology.nodes.findIndex((_, node) => macOf(arrival, node) === sender);
};

/** Whether the frame is the node's; of one that comes from nobody known it is believed. */
const isFrom = (arrival: Arrival, node: NodeIndex): boolean =>
  macOf(arrival, node) === senderMac(arrival.frame) || senderNode(arrival) < 0;

/** The nodes that answers to a port of the cluster go to without an entry. */
const ownersOf = (topology: Topology, protocol: number, port: number): readonly NodeIndex[] => {
  const { nodes, services, embodiment } = topology;
  const service = services.get(serviceKey(port, protocol));
  if (service === undefined) {
    const node = nonSpecificNode(topology, protocol, port);
    return node < 0 || embodiment !== 'direct' ? [] : [node];
  }
  const { route } = service;
  if (route.kind !== 'node') return [];
  const backup = nodes[route.node]?.backup ?? null;
  return backup === null ? [route.node] : [route.node, backup];
};

/** Whether an answer to the packet finds the node that sent it without an entry. */
const needsNoEntry = (arrival: Arrival): boolean => {
  const { tables, packet } = arrival;
  const { topology } = tables;
  const { protocol, sourcePort, icmpType } = packet;
  if (icmp.isError(icmpType) || icmpType === ECHO_REPLY) return true;
  if (!isPortType(protocol)) return false;
  const route = topology.services.get(serviceKey(sourcePort, protocol))?.route.kind;
  // What these get is read anew each time: every node may answer.
  if (route === 'nfs' || route === 'mount' || route === 'portmapper') return true;
  return ownersOf(topology, protocol, sourcePort).some((node) => isFrom(arrival, node));
};

/** The entry that the packet belongs to, if it may; or why it may not: all nodes have one address, and ports clash. */
const entryOf = (arrival: Arrival): Connection | 'connection-clash' | undefined => {
  const { packet } = arrival;
  const known = packet.sourcePort === NO_PORT ? undefined : connectionOfOutgoing(arrival);
  if (known === undefined || isFrom(arrival, known.node)) return known;
  return isDone(known) && opens(packet) ? undefined : 'connection-clash';
};

/** Decides a packet from the interconnect whose source is a cluster address, to the outside. */
export const asCluster = (arrival: Arrival): Decision => {
  const { tables, packet } = arrival;
  const known = entryOf(arrival);
  if (known === 'connection-clash') return drop('outgoing', known);
  if (known !== undefined) return followOut(arrival, known);
  const node = senderNode(arrival);
  if (node >= 0 && !operates(tables.topology.nodes[node])) return drop('outgoing', 'node-down');
  if (needsNoEntry(arrival)) {
    const way = wayBack(tables.topology, packet.source, packet.destination);
    if (way === null) return noWay(arrival, 'outgoing');
    const exit = { egress: way.network, nextHop: way.nextHop, rewrite: null, follows: null };
    return leave(arrival, 'outgoing', exit, grantChanges(arrival, packet.sourcePort));
  }
  if (packet.sourcePort === NO_PORT) return drop('outgoing', 'protocol-unhandled');
  return node < 0 ? drop('outgoing', 'source-unknown') : openOutAsCluster(arrival, node);
};
