// Outgoing messages of the alternate embodiment (A14; EP 0 605 339, "An alternative preferred embodiment"):
// nodes have put the cluster address into them, and the gateway only passes them on.

import type { MacAddress } from '../wire/address.ts';
import { isPortType } from '../wire/packet.ts';
import * as icmp from '../wire/icmp.ts';
import { ECHO_REPLY } from '../wire/layout/icmp.ts';
import { NO_PORT } from '../wire/rewrite.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop, senderMac } from '../decision/arrival.ts';
import { neighbourKey } from '../decision/tables.ts';
import type { NodeIndex } from '../decision/topology.ts';
import { INTERCONNECT, serviceKey } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import { followOut } from './follow.ts';
import { leave, noWay } from './leave.ts';
import { openOutAsCluster } from './open-out.ts';
import { connectionOfOutgoing } from './outbound.ts';
import { nonSpecificNode } from './owner.ts';
import { wayBack } from './way-out.ts';

/** The node whose frame this is: all of them write the same source address. -1 when it is not known. */
const senderNode = ({ tables, frame }: Arrival): NodeIndex => {
  const mac: MacAddress = senderMac(frame);
  const { nodes } = tables.topology;
  return nodes.findIndex(
    ({ address }) => tables.neighbours.get(neighbourKey(INTERCONNECT, address))?.mac === mac,
  );
};

/** Whether an answer to the packet finds its node without an entry. */
const needsNoEntry = ({ tables, packet }: Arrival): boolean => {
  const { topology } = tables;
  const { protocol, sourcePort, icmpType } = packet;
  if (icmp.isError(icmpType) || icmpType === ECHO_REPLY) return true;
  if (!isPortType(protocol)) return false;
  const service = topology.services.get(serviceKey(sourcePort, protocol));
  if (service !== undefined) return service.route.kind !== 'connection';
  return nonSpecificNode(topology, protocol, sourcePort) >= 0;
};

/** Decides a packet from the interconnect whose source is a cluster address, to the outside. */
export const asCluster = (arrival: Arrival): Decision => {
  const { tables, packet } = arrival;
  const known = packet.sourcePort === NO_PORT ? undefined : connectionOfOutgoing(arrival);
  if (known !== undefined) return followOut(arrival, known);
  if (needsNoEntry(arrival)) {
    const way = wayBack(tables.topology, packet.source, packet.destination);
    if (way === null) return noWay(arrival, 'outgoing');
    return leave(arrival, 'outgoing', { egress: way.network, nextHop: way.nextHop, rewrite: null }, []);
  }
  if (packet.sourcePort === NO_PORT) return drop('outgoing', 'protocol-unhandled');
  const node = senderNode(arrival);
  return node < 0 ? drop('outgoing', 'source-unknown') : openOutAsCluster(arrival, node);
};
