// Outgoing messages: figure 6, boxes 605 to 640.

import { NO_PORT } from '../wire/rewrite.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import { insideKey } from '../decision/connection/connection.ts';
import { followOut } from './follow.ts';
import { connectionInside } from '../decision/connection/lookup.ts';
import { isOver, opens } from '../decision/connection/phase.ts';
import { openOut } from './open-out.ts';
import { leave, noWay } from './leave.ts';
import { clusterPortOf } from './owner.ts';
import type { NodeIndex } from '../decision/topology.ts';
import { PROTOCOL_TCP } from '../wire/layout/ipv4.ts';
import { GATEWAY, wayOut } from '../decision/topology.ts';
import { fromCluster } from './translate.ts';
import type { Decision } from '../decision/verdict.ts';

/** Decides a packet from the node `node`, or from the gateway's own stack, to the outside (box 625: yes). */
export const outgoing = (arrival: Arrival, node: NodeIndex): Decision => {
  const { tables, packet, now } = arrival;
  const { topology } = tables;
  if (packet.fragment) return drop('outgoing', 'fragment-unhandled');
  if (packet.sourcePort === NO_PORT) return drop('outgoing', 'protocol-unhandled');
  const key = insideKey(
    packet.protocol,
    packet.source,
    packet.sourcePort,
    packet.destination,
    packet.destinationPort,
  );
  const known = connectionInside(tables, key, now);
  if (known !== undefined && !(isOver(known) && opens(packet))) return followOut(arrival, known);
  const way = wayOut(topology, packet.destination);
  if (way === null) return noWay(arrival, 'outgoing');
  const port = clusterPortOf(topology, node, packet.protocol, packet.sourcePort);
  // A connection of the gateway's own stack is remembered too, or a node could take its port (D4).
  const ownConnection = node === GATEWAY && packet.protocol === PROTOCOL_TCP && opens(packet);
  if (port < 0 || ownConnection) return openOut(arrival, node, way);
  const rewrite = fromCluster(packet, way.network.address.address, port);
  return leave(arrival, 'outgoing', { egress: way.network, nextHop: way.nextHop, rewrite }, []);
};
