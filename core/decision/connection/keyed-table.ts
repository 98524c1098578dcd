// The cluster connection table in dictionaries that change in place.

import type { Dictionary } from '../dictionary.ts';
import { nodePortKey } from '../topology.ts';
import type { Connection } from './connection.ts';
import {
  insideKey,
  insideKeyOf,
  isFleeting,
  keepsTurn,
  outsideKey,
  outsideKeyOf,
} from './connection.ts';
import type { Loads } from './load.ts';
import { loadsAfter } from './load.ts';
import type { ConnectionTable } from './table.ts';

/** The indexes of the table. */
interface Indexes {
  readonly byOutside: Dictionary<string, Connection>;
  readonly byInside: Dictionary<string, Connection>;
  /** By outside key, in the order in which they were last heard. */
  readonly fleeting: Dictionary<string, Connection>;
  readonly loads: Loads;
}

const removed = (indexes: Indexes, connection: Connection): Indexes => {
  const outside = outsideKeyOf(connection);
  const there = indexes.byOutside.get(outside);
  if (there === undefined) return indexes;
  return {
    byOutside: indexes.byOutside.delete(outside),
    byInside: indexes.byInside.delete(insideKeyOf(there)),
    fleeting: indexes.fleeting.delete(outside),
    loads: loadsAfter(indexes.loads, there, null),
  };
};

const put = (indexes: Indexes, connection: Connection): Indexes => {
  const outside = outsideKeyOf(connection);
  const inside = insideKeyOf(connection);
  const displaced = indexes.byInside.get(inside);
  const room =
    displaced === undefined || outsideKeyOf(displaced) === outside
      ? indexes
      : removed(indexes, displaced);
  const before = room.byOutside.get(outside);
  const moved = before !== undefined && insideKeyOf(before) !== inside;
  const byInside = moved ? room.byInside.delete(insideKeyOf(before)) : room.byInside;
  const stays = before !== undefined && keepsTurn(before, connection);
  const others = stays ? room.fleeting : room.fleeting.delete(outside);
  return {
    byOutside: room.byOutside.set(outside, connection),
    byInside: byInside.set(inside, connection),
    fleeting: isFleeting(connection) ? others.set(outside, connection) : others,
    loads: loadsAfter(room.loads, before ?? null, connection),
  };
};

const tableOf = (indexes: Indexes): ConnectionTable => ({
  size: indexes.byOutside.size,
  outside: (protocol, hostAddress, hostPort, clusterAddress, clusterPort) =>
    indexes.byOutside.get(outsideKey(protocol, hostAddress, hostPort, clusterAddress, clusterPort)),
  inside: (protocol, nodeAddress, nodePort, hostAddress, hostPort) =>
    indexes.byInside.get(insideKey(protocol, nodeAddress, nodePort, hostAddress, hostPort)),
  with: (connection) => tableOf(put(indexes, connection)),
  without: (connection) => tableOf(removed(indexes, connection)),
  values: () => indexes.byOutside.values(),
  oldestFleeting: () => indexes.fleeting.oldest(),
  load: (node, nodePort, protocol) => indexes.loads.get(nodePortKey(node, nodePort, protocol)) ?? 0,
});

/** An empty table of dictionaries that `made` makes. */
export const keyedTable = (
  made: <K extends string | number, V>() => Dictionary<K, V>,
): ConnectionTable =>
  tableOf({ byOutside: made(), byInside: made(), fleeting: made(), loads: made() });
