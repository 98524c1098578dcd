// Messages of a known connection, in both directions: the entry alone says what becomes of them.

import type { Arrival } from '../decision/arrival.ts';
import type { Exit } from './exit.ts';
import { leave, noWay } from './leave.ts';
import type { Change } from '../decision/tables.ts';
import type { Topology } from '../decision/topology.ts';
import { GATEWAY, LOCAL, interconnect } from '../decision/topology.ts';
import { asItIs, asIpv4, fromCluster, toNode } from './translate.ts';
import { wayBack } from './way-out.ts';
import type { Path } from '../decision/path.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Packet } from '../wire/packet.ts';
import type { Rewrite } from '../wire/rewrite.ts';
import type { Connection, Side } from '../decision/connection/connection.ts';
import { advance, handshakeNumber } from '../decision/connection/phase.ts';

/**
 * The node sees the address that the host sees: its own, which a management host speaks to (A12), or the
 * cluster's, in the alternate embodiment (A14).
 */
export const isUntranslated = (connection: Connection): boolean =>
  connection.clusterAddress === connection.nodeAddress;

/** What changes of an untranslated packet: a cluster's is left alone, a management host's loses a hop. */
const untranslated = (
  topology: Topology,
  packet: Packet,
  connection: Connection,
): Rewrite | null =>
  topology.clusterAddresses.has(connection.clusterAddress) ? null : asItIs(packet);

/** Where an inbound message of `connection` goes. */
export const exitToNode = ({ tables, packet }: Arrival, connection: Connection): Exit => {
  const { topology } = tables;
  const address = asIpv4(connection.nodeAddress);
  const rewrite = isUntranslated(connection)
    ? untranslated(topology, packet, connection)
    : toNode(packet, address, connection.nodePort);
  const node = topology.nodes[connection.node];
  const follows = { connection, side: 'host' } as const;
  return node === undefined || connection.node === GATEWAY
    ? {
        egress: topology.links[LOCAL] ?? interconnect(topology),
        nextHop: address,
        rewrite,
        follows,
      }
    : { egress: interconnect(topology), nextHop: asIpv4(node.address), rewrite, follows };
};

const changesBy = (arrival: Arrival, connection: Connection, side: Side): readonly Change[] => {
  const { frame, packet, now } = arrival;
  const number = handshakeNumber(connection, side, frame, packet.transportAt);
  const advanced = advance(connection, side, packet.tcpFlags, now, number);
  return advanced === connection ? [] : [{ kind: 'connection', connection: advanced }];
};

/** Passes a message from the host to the connection's node. */
export const follow = (arrival: Arrival, path: Path, connection: Connection): Decision =>
  leave(arrival, path, exitToNode(arrival, connection), changesBy(arrival, connection, 'host'));

/** Passes a message from the node to the connection's host; `changes` are those of a connection it opens. */
export const followOut = (
  arrival: Arrival,
  connection: Connection,
  changes: readonly Change[] = changesBy(arrival, connection, 'node'),
): Decision => {
  const { tables, packet } = arrival;
  const { topology } = tables;
  const way = wayBack(topology, connection.clusterAddress, packet.destination);
  if (way === null) return noWay(arrival, 'outgoing');
  const rewrite = isUntranslated(connection)
    ? untranslated(topology, packet, connection)
    : fromCluster(packet, asIpv4(connection.clusterAddress), connection.clusterPort);
  const follows = { connection, side: 'node' } as const;
  const exit: Exit = { egress: way.network, nextHop: way.nextHop, rewrite, follows };
  return leave(arrival, 'outgoing', exit, changes);
};
