// What the gateway processes itself (box 545, A6): its own stack gets it, if there is one.

import { isPortType } from '../wire/packet.ts';
import type { Arrival } from '../decision/arrival.ts';
import type { Path } from '../decision/path.ts';
import { LOCAL, linkSettings } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import { refuse } from '../host/refusal.ts';
import { leave } from './leave.ts';
import { toNode } from './translate.ts';
import { wayChanges } from './way-out.ts';

/** Whether there is a stack of the gateway's own that the message did not just come from. */
export const hasStack = ({ tables, ingress }: Arrival): boolean =>
  ingress.link !== LOCAL && (tables.topology.links[LOCAL] ?? null) !== null;

/** The gateway processes the message itself: on its own stack, or as a host without the port. */
export const toGateway = (arrival: Arrival, path: Path): Decision => {
  const { tables, packet } = arrival;
  const { clusterAddresses } = tables.topology;
  if (!hasStack(arrival)) return refuse(arrival, path, 'port-closed');
  const local = linkSettings(tables.topology, LOCAL);
  const own = local.address.address;
  const rewrite = toNode(packet, own, packet.destinationPort);
  const needsWay = isPortType(packet.protocol) && clusterAddresses.has(packet.destination);
  const changes = needsWay ? wayChanges(arrival) : [];
  return leave(arrival, path, { egress: local, nextHop: own, rewrite, follows: null }, changes);
};
