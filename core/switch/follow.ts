// Messages of a known connection, in both directions: the entry alone says what becomes of them.

import type { Arrival } from '../decision/arrival.ts';
import type { Exit } from './leave.ts';
import { leave, noWay } from './leave.ts';
import type { Change } from '../decision/tables.ts';
import type { LinkSettings, Topology } from '../decision/topology.ts';
import { GATEWAY, LOCAL, interconnect, wayOut } from '../decision/topology.ts';
import { asItIs, asIpv4, fromCluster, toNode } from './translate.ts';
import type { Decision, Path } from '../decision/verdict.ts';
import type { Connection, Side } from '../decision/connection/connection.ts';
import { advance } from '../decision/connection/phase.ts';

/** A management host speaks to the node by the node's own address: nothing is translated (A12). */
export const isUntranslated = (connection: Connection): boolean =>
  connection.clusterAddress === connection.nodeAddress;

/** The link a connection's node is on. */
const nodeLink = (topology: Topology, connection: Connection): LinkSettings =>
  connection.node === GATEWAY
    ? (topology.links[LOCAL] ?? interconnect(topology))
    : interconnect(topology);

/** Where an inbound message of `connection` goes. */
export const exitToNode = ({ tables, packet }: Arrival, connection: Connection): Exit => {
  const node = asIpv4(connection.nodeAddress);
  return {
    egress: nodeLink(tables.topology, connection),
    nextHop: node,
    rewrite: isUntranslated(connection)
      ? asItIs(packet)
      : toNode(packet, node, connection.nodePort),
  };
};

const changesBy = (arrival: Arrival, connection: Connection, side: Side): readonly Change[] => {
  const advanced = advance(connection, side, arrival.packet.tcpFlags, arrival.now);
  return advanced === connection ? [] : [{ kind: 'connection', connection: advanced }];
};

/** Passes a message from the host to the connection's node. */
export const follow = (arrival: Arrival, path: Path, connection: Connection): Decision =>
  leave(arrival, path, exitToNode(arrival, connection), changesBy(arrival, connection, 'host'));

/** Passes a message from the node to the connection's host. */
export const followOut = (arrival: Arrival, connection: Connection): Decision => {
  const { tables, packet } = arrival;
  const way = wayOut(tables.topology, packet.destination);
  if (way === null) return noWay(arrival, 'outgoing');
  const rewrite = isUntranslated(connection)
    ? asItIs(packet)
    : fromCluster(packet, asIpv4(connection.clusterAddress), connection.clusterPort);
  const exit: Exit = { egress: way.network, nextHop: way.nextHop, rewrite };
  return leave(arrival, 'outgoing', exit, changesBy(arrival, connection, 'node'));
};
