// Finding a connection that still lives: an entry past its idle time is as good as gone.

import type { Tables } from '../tables.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Connection } from './connection.ts';
import { outsideKey } from './connection.ts';
import { isExpired } from './phase.ts';

const living = (
  tables: Tables,
  connection: Connection | undefined,
  now: number,
): Connection | undefined =>
  connection !== undefined && !isExpired(connection, tables.topology.timeouts, now)
    ? connection
    : undefined;

/** The connection of an outside key ({@link outsideKey}). */
export const connectionOutside = (
  tables: Tables,
  key: string,
  now: number,
): Connection | undefined => living(tables, tables.connections.byOutside.get(key), now);

/** The connection that a packet from outside belongs to, whoever opened it. */
export const connectionOfInbound = (
  tables: Tables,
  { protocol, source, sourcePort, destination, destinationPort }: Packet,
  now: number,
): Connection | undefined =>
  connectionOutside(
    tables,
    outsideKey(protocol, source, sourcePort, destination, destinationPort),
    now,
  );

/** The connection of an inside key ({@link insideKey}). */
export const connectionInside = (
  tables: Tables,
  key: string,
  now: number,
): Connection | undefined => living(tables, tables.connections.byInside.get(key), now);

export const connectionsFull = (tables: Tables): boolean =>
  tables.connections.byOutside.size >= tables.topology.limits.connections;
