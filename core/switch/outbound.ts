// Outgoing messages: figure 6, boxes 605 to 640.

import { NO_PORT } from '../wire/rewrite.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { followOut } from './follow.ts';
import { connectionFromNode } from '../decision/connection/lookup.ts';
import { isOver, opens } from '../decision/connection/phase.ts';
import { openOut } from './open-out.ts';
import { operates } from './operating.ts';
import { leave, noWay } from './leave.ts';
import { clusterPortOf } from './owner.ts';
import { grantChanges } from './routes/mount-list.ts';
import type { NodeIndex } from '../decision/topology.ts';
import { PROTOCOL_TCP } from '../wire/layout/ipv4.ts';
import { GATEWAY } from '../decision/topology.ts';
import { fromCluster } from './translate.ts';
import { wayOfAnswer } from './way-out.ts';
import type { Decision } from '../decision/verdict.ts';

/** The entry that a packet from a node belongs to; one that has ended does not hold against a new SYN. */
export const connectionOfOutgoing = ({ tables, packet, now }: Arrival): Connection | undefined => {
  const known = connectionFromNode(tables, packet, now);
  return known !== undefined && isOver(known) && opens(packet) ? undefined : known;
};

/** Decides a packet from the node `node`, or from the gateway's own stack, to the outside (box 625: yes). */
export const outgoing = (arrival: Arrival, node: NodeIndex): Decision => {
  const { tables, packet } = arrival;
  if (packet.sourcePort === NO_PORT) return drop('outgoing', 'protocol-unhandled');
  if (node !== GATEWAY && !operates(tables.topology.nodes[node]))
    return drop('outgoing', 'node-down');
  const known = connectionOfOutgoing(arrival);
  const port = clusterPortOf(tables, node, packet.protocol, packet.sourcePort);
  // What a node sent from a port before that was known to be MOUNT's, say, must not go on under another.
  const isStale = known?.openedBy === 'node' && port >= 0 && port !== known.clusterPort;
  if (known !== undefined && !isStale) return followOut(arrival, known);
  // A connection of the gateway's own stack is remembered too, or a node could take its port (D4).
  const ownConnection = node === GATEWAY && packet.protocol === PROTOCOL_TCP && opens(packet);
  if (port < 0 || ownConnection) return openOut(arrival, node);
  const exchange = {
    protocol: packet.protocol,
    host: packet.destination,
    hostPort: packet.destinationPort,
    clusterPort: port,
  };
  const way = wayOfAnswer(tables, exchange, arrival.now);
  if (way === null) return noWay(arrival, 'outgoing');
  const rewrite = fromCluster(packet, way.cluster, port);
  const exit = { egress: way.network, nextHop: way.nextHop, rewrite, follows: null };
  return leave(arrival, 'outgoing', exit, grantChanges(arrival, port));
};
