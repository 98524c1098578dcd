// Frame level (box 640, A12): a management host reaches one node by the node's own address, untranslated.

import * as icmp from '../wire/icmp.ts';
import { onLink } from '../wire/address.ts';
import { NO_PORT } from '../wire/rewrite.ts';
import { inboundError } from './inbound-error.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import { isSame } from '../decision/connection/connection.ts';
import { exitToNode, follow } from './follow.ts';
import { connectionToNode, connectionOfInbound } from '../decision/connection/lookup.ts';
import { isOver, opened, opens } from '../decision/connection/phase.ts';
import { leave } from './leave.ts';
import { operates } from './operating.ts';
import { orphanAnswer } from './orphans.ts';
import { roomFor } from './room.ts';
import type { NodeIndex } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';

const PATH = 'frame-level';

/**
 * Decides a packet from a network to the node `node` by its own address. An entry is kept, so that what the
 * node answers is told from what it sends as the cluster.
 */
export const frameLevel = (arrival: Arrival, node: NodeIndex): Decision => {
  const { tables, ingress, packet, now } = arrival;
  if (!ingress.management.some((prefix) => onLink(prefix, packet.source)))
    return drop(PATH, 'management-refused');
  if (icmp.isError(packet.icmpType)) return inboundError(arrival);
  if (packet.sourcePort === NO_PORT) return drop(PATH, 'protocol-unhandled');
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  const known = connectionOfInbound(tables, packet, now);
  if (known !== undefined && !(isOver(known) && opens(packet))) return follow(arrival, PATH, known);
  if (!opens(packet)) return orphanAnswer(arrival, PATH) ?? drop(PATH, 'no-connection');
  if (!operates(tables.topology.nodes[node])) return drop(PATH, 'node-down');
  const room = roomFor(tables, known);
  if (room === null) return drop(PATH, 'connection-table-full');
  const clash = connectionToNode(tables, packet, now);
  if (clash !== undefined && !(known && isSame(clash, known)))
    return drop(PATH, 'connection-clash');
  const connection = opened(
    {
      protocol,
      openedBy: 'host',
      hostAddress: source,
      hostPort: sourcePort,
      clusterAddress: destination,
      clusterPort: destinationPort,
      node,
      nodeAddress: destination,
      nodePort: destinationPort,
    },
    now,
  );
  return leave(arrival, PATH, exitToNode(arrival, connection), [
    ...room,
    { kind: 'connection', connection },
  ]);
};
