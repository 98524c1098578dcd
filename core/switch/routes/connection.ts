// The connection manager, f_inconn (figure 10, A19): a node is assigned to each new connection, and later
// messages follow it. UDP services over several nodes use the same table.

import { refuse } from '../../host/refusal.ts';
import type { Arrival } from '../../decision/arrival.ts';
import { drop } from '../../decision/arrival.ts';
import type { Connection } from '../../decision/connection/connection.ts';
import { isSame } from '../../decision/connection/connection.ts';
import {
  connectionInside,
  connectionOfInbound,
  connectionsFull,
} from '../../decision/connection/lookup.ts';
import { isOver, opened, opens } from '../../decision/connection/phase.ts';
import { exitToNode, follow } from '../follow.ts';
import { leave } from '../leave.ts';
import { isActive } from '../operating.ts';
import { nodePortOf } from '../mount-port.ts';
import { roomFor } from '../room.ts';
import { choose } from '../schedule/choose.ts';
import type { Plan } from '../../decision/schedule.ts';
import type { NodeIndex, Route, Service } from '../../decision/topology.ts';
import { serviceKey } from '../../decision/topology.ts';
import type { Path } from '../../decision/path.ts';
import { asIpv4 } from '../translate.ts';
import type { Decision } from '../../decision/verdict.ts';

const PATH: Path = 'inbound-function';

/** The entry that an inbound packet belongs to; one that has ended does not hold against a new SYN. */
export const knownConnection = ({ tables, packet, now }: Arrival): Connection | undefined => {
  const known = connectionOfInbound(tables, packet, now);
  if (known === undefined || !opens(packet)) return known;
  // A reset may be forged and a SYN after it too: the node that has the connection judges, if it may.
  const keeps = known.phase !== 'reset' || isActive(tables.topology.nodes[known.node]);
  return isOver(known) || !keeps ? undefined : known;
};

/** The connection that the packet would open to the node at `index`. */
const connectionTo = (
  { tables, packet, now }: Arrival,
  service: Service,
  index: NodeIndex,
): Connection =>
  opened(
    {
      protocol: packet.protocol,
      openedBy: 'host',
      hostAddress: packet.source,
      hostPort: packet.sourcePort,
      clusterAddress: packet.destination,
      clusterPort: packet.destinationPort,
      node: index,
      nodeAddress:
        service.embodiment === 'direct'
          ? packet.destination
          : asIpv4(tables.topology.nodes[index]?.address ?? packet.destination),
      nodePort: nodePortOf(tables, service, index),
    },
    now,
  );

/** Assigns a node to the connection that the packet opens, and passes it there. */
export const open = (arrival: Arrival, path: Path, service: Service, plan: Plan): Decision => {
  const { tables, packet, now } = arrival;
  const { topology, connections } = tables;
  // What it would take the place of counts in a full table alone.
  const replaced = connectionsFull(tables) ? connectionOfInbound(tables, packet, now) : undefined;
  const room = roomFor(tables, replaced);
  if (room === null) return drop(path, 'connection-table-full');
  // On the node's side two cluster addresses, or two services, may look alike.
  const isFree = (index: NodeIndex): boolean => {
    const c = connectionTo(arrival, service, index);
    const there = connectionInside(
      tables,
      c.protocol,
      c.nodeAddress,
      c.nodePort,
      c.hostAddress,
      c.hostPort,
      now,
    );
    return there === undefined || isSame(there, c);
  };
  const key = serviceKey(service.port, service.protocol);
  const turn = choose(plan, {
    cursor: tables.cursors.get(key) ?? 0,
    source: packet.source,
    sourcePort: packet.sourcePort,
    destination: packet.destination,
    destinationPort: packet.destinationPort,
    hashKey: topology.hashKey,
    takes: (index) => isActive(topology.nodes[index]) && isFree(index),
    connectionsOf: (index) =>
      connections.load(index, nodePortOf(tables, service, index), service.protocol),
  });
  if (turn === null) return drop(path, 'connection-clash');
  const connection = connectionTo(arrival, service, turn.node);
  return leave(arrival, path, exitToNode(arrival, connection), [
    ...room,
    { kind: 'connection', connection },
    { kind: 'cursor', service: key, next: turn.cursor },
  ]);
};

/** Decides an inbound message of a service whose entry names the connection manager. */
export const routeConnection = (
  arrival: Arrival,
  service: Service,
  { nodes, plan }: Extract<Route, { readonly kind: 'connection' }>,
): Decision => {
  const known = knownConnection(arrival);
  if (known !== undefined) return follow(arrival, PATH, known);
  if (!opens(arrival.packet)) return drop(PATH, 'no-connection');
  const { topology } = arrival.tables;
  if (nodes.some((index) => isActive(topology.nodes[index])))
    return open(arrival, PATH, service, plan);
  const backups = nodes.flatMap((index) => {
    const backup = topology.nodes[index]?.backup ?? null;
    return backup !== null && isActive(topology.nodes[backup]) ? [backup] : [];
  });
  return backups.length === 0
    ? refuse(arrival, PATH, 'no-operating-node')
    : open(arrival, PATH, service, { kind: 'turns', turns: [...new Set(backups)] });
};
