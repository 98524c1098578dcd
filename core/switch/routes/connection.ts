// The connection manager, f_inconn (figure 10, A19): a node is assigned to each new connection, and later
// messages follow it. UDP services over several nodes use the same table.

import { refuse } from '../../host/refusal.ts';
import type { Arrival } from '../../decision/arrival.ts';
import { drop } from '../../decision/arrival.ts';
import type { Connection } from '../../decision/connection/connection.ts';
import { insideKey, outsideKeyOf } from '../../decision/connection/connection.ts';
import {
  connectionInside,
  connectionOfInbound,
  connectionsFull,
} from '../../decision/connection/lookup.ts';
import { isOver, opened, opens } from '../../decision/connection/phase.ts';
import { roundRobin } from './round-robin.ts';
import { follow } from '../follow.ts';
import { leave } from '../leave.ts';
import type { NodeIndex, Service } from '../../decision/topology.ts';
import { interconnect, serviceKey } from '../../decision/topology.ts';
import { asIpv4, toNode } from '../translate.ts';
import type { Decision, Path } from '../../decision/verdict.ts';

const PATH: Path = 'inbound-function';

/** The entry that an inbound packet belongs to; one that has ended does not hold against a new SYN. */
export const knownConnection = ({ tables, packet, now }: Arrival): Connection | undefined => {
  const known = connectionOfInbound(tables, packet, now);
  if (known === undefined || !opens(packet)) return known;
  // A reset may be forged and a SYN after it too: the node that has the connection judges, if it may.
  const keeps = known.phase !== 'reset' || tables.topology.nodes[known.node]?.state === 'active';
  return isOver(known) || !keeps ? undefined : known;
};

/** Assigns a node to the connection that the packet opens, and passes it there. */
export const open = (
  arrival: Arrival,
  path: Path,
  service: Service,
  nodes: readonly NodeIndex[],
): Decision => {
  const { tables, packet, now } = arrival;
  const { topology } = tables;
  const active = (index: NodeIndex): boolean => topology.nodes[index]?.state === 'active';
  if (!nodes.some(active)) return refuse(arrival, path, 'no-operating-node');
  if (connectionsFull(tables)) return drop(path, 'connection-table-full');
  const connectionTo = (index: NodeIndex): Connection =>
    opened(
      {
        protocol: packet.protocol,
        openedBy: 'host',
        hostAddress: packet.source,
        hostPort: packet.sourcePort,
        clusterAddress: packet.destination,
        clusterPort: packet.destinationPort,
        node: index,
        nodeAddress: asIpv4(topology.nodes[index]?.address ?? packet.destination),
        nodePort: service.nodePort,
      },
      now,
    );
  // On the node's side two cluster addresses, or two services, may look alike.
  const free = (index: NodeIndex): boolean => {
    const c = connectionTo(index);
    const key = insideKey(c.protocol, c.nodeAddress, c.nodePort, c.hostAddress, c.hostPort);
    const there = connectionInside(tables, key, now);
    return there === undefined || outsideKeyOf(there) === outsideKeyOf(c);
  };
  const key = serviceKey(service.port, service.protocol);
  const cursor = tables.cursors.get(key) ?? 0;
  const turn = roundRobin(nodes, cursor, (index) => active(index) && free(index));
  if (turn === null) return drop(path, 'connection-clash');
  const connection = connectionTo(turn.node);
  const node = asIpv4(connection.nodeAddress);
  return leave(
    arrival,
    path,
    {
      egress: interconnect(topology),
      nextHop: node,
      rewrite: toNode(packet, node, service.nodePort),
    },
    [
      { kind: 'connection', connection },
      { kind: 'cursor', service: key, next: turn.next },
    ],
  );
};

/** Decides an inbound message of a service whose entry names the connection manager. */
export const routeConnection = (
  arrival: Arrival,
  service: Service,
  nodes: readonly NodeIndex[],
): Decision => {
  const known = knownConnection(arrival);
  if (known !== undefined) return follow(arrival, PATH, known);
  return opens(arrival.packet) ? open(arrival, PATH, service, nodes) : drop(PATH, 'no-connection');
};
