// Room in the cluster connection table (D5): when it is full, what is not established leaves, longest idle
// first; what is established stays, and newcomers are turned away.

import { connectionsFull } from '../decision/connection/lookup.ts';
import type { Connection } from '../decision/connection/connection.ts';
import type { Change, Tables } from '../decision/tables.ts';

const NOTHING: readonly never[] = [];

/** The changes by which a connection has room, in place of `replaced` if that is there; null: it has none. */
export const roomFor = (
  tables: Tables,
  replaced: Connection | undefined,
): readonly Change[] | null => {
  if (replaced !== undefined || !connectionsFull(tables)) return NOTHING;
  const oldest = tables.connections.oldestFleeting();
  return oldest === undefined ? null : [{ kind: 'connection-gone', connection: oldest }];
};
