// Finding a connection that still lives: an entry past its idle time, or whose node is gone, is none any
// more, though it may stand there until the sweep comes to it.

import type { Address } from '../../wire/address.ts';
import type { Tables } from '../tables.ts';
import type { Topology } from '../topology.ts';
import { GATEWAY } from '../topology.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Connection } from './connection.ts';
import { isExpired } from './phase.ts';

/** Whether the node of a connection is there; its hosts are told when it is not (A21). */
export const hasNode = ({ nodes }: Topology, { node }: Connection): boolean =>
  node === GATEWAY || (nodes[node]?.state ?? 'down') !== 'down';

const living = (
  tables: Tables,
  connection: Connection | undefined,
  now: number,
): Connection | undefined =>
  connection !== undefined &&
  !isExpired(connection, tables.topology.timeouts, now) &&
  hasNode(tables.topology, connection)
    ? connection
    : undefined;

/** The connection that a host's ends name ({@link ConnectionTable.outside}). */
export const connectionOutside = (
  tables: Tables,
  protocol: number,
  hostAddress: Address,
  hostPort: number,
  clusterAddress: Address,
  clusterPort: number,
  now: number,
): Connection | undefined =>
  living(
    tables,
    tables.connections.outside(protocol, hostAddress, hostPort, clusterAddress, clusterPort),
    now,
  );

/** What a packet says of its two ends, one that came or one that an error quotes. */
type Ends = Pick<Packet, 'protocol' | 'source' | 'sourcePort' | 'destination' | 'destinationPort'>;

/** The connection that a packet from outside belongs to, whoever opened it. */
export const connectionOfInbound = (
  tables: Tables,
  { protocol, source, sourcePort, destination, destinationPort }: Ends,
  now: number,
): Connection | undefined =>
  connectionOutside(tables, protocol, source, sourcePort, destination, destinationPort, now);

/** The connection of a packet to a host as the host sees it: its source is the cluster's. */
export const connectionToHost = (
  tables: Tables,
  { protocol, source, sourcePort, destination, destinationPort }: Ends,
  now: number,
): Connection | undefined =>
  connectionOutside(tables, protocol, destination, destinationPort, source, sourcePort, now);

/** The connection that a node's ends name ({@link ConnectionTable.inside}). */
export const connectionInside = (
  tables: Tables,
  protocol: number,
  nodeAddress: Address,
  nodePort: number,
  hostAddress: Address,
  hostPort: number,
  now: number,
): Connection | undefined =>
  living(
    tables,
    tables.connections.inside(protocol, nodeAddress, nodePort, hostAddress, hostPort),
    now,
  );

/** The connection that a packet from a node belongs to, as the node sees it. */
export const connectionFromNode = (
  tables: Tables,
  { protocol, source, sourcePort, destination, destinationPort }: Ends,
  now: number,
): Connection | undefined =>
  connectionInside(tables, protocol, source, sourcePort, destination, destinationPort, now);

/** The connection of a packet to a node as the node sees it. */
export const connectionToNode = (
  tables: Tables,
  { protocol, source, sourcePort, destination, destinationPort }: Ends,
  now: number,
): Connection | undefined =>
  connectionInside(tables, protocol, destination, destinationPort, source, sourcePort, now);

export const connectionsFull = (tables: Tables): boolean =>
  tables.connections.size >= tables.topology.limits.connections;
