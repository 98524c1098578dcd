// The indexes of the persistent connection table, and what a change makes of them: tries by hash share what
// did not change with those before.

import { insert, remove, replace } from '../hash-trie.ts';
import type { InsertionOrder } from '../insertion-order.ts';
import { append, vacate } from '../insertion-order.ts';
import type { HashKey } from '../keyed-hash.ts';
import type { Connection } from './connection.ts';
import { isFleeting, isSame, keepsTurn } from './connection.ts';
import { insideHash, outsideHash } from './ends-hash.ts';
import type { Entry, EntryTrie, Seat } from './entry.ts';
import { entryInside, entryOf } from './entry.ts';
import type { Loads } from './load.ts';
import { loadsAfter } from './load.ts';

export interface Indexes {
  readonly hashKey: HashKey;
  readonly size: number;
  readonly byOutside: EntryTrie;
  readonly byInside: EntryTrie;
  /** In the order in which they were opened. */
  readonly opened: InsertionOrder<Seat>;
  /** The fleeting, in the order in which they were last heard. */
  readonly fleeting: InsertionOrder<Seat>;
  readonly loads: Loads;
}

/** Without an entry that is there. */
export const removed = (indexes: Indexes, entry: Entry): Indexes => {
  const { hashKey, size, byOutside, byInside, opened, fleeting, loads } = indexes;
  const { connection, seat, inside, turn } = entry;
  return {
    hashKey,
    size: size - 1,
    byOutside: remove(byOutside, seat.outside, entry),
    byInside: remove(byInside, inside, entry),
    opened: vacate(opened, seat.opened),
    fleeting: turn < 0 ? fleeting : vacate(fleeting, turn),
    loads: loadsAfter(loads, connection, null),
  };
};

/** With a connection whose pairs of ends are nobody's. */
const opening = (
  indexes: Indexes,
  connection: Connection,
  outside: number,
  inside: number,
): Indexes => {
  const { hashKey, size, byOutside, byInside, opened, fleeting, loads } = indexes;
  const seat: Seat = { outside, opened: opened.next };
  const isWaiting = isFleeting(connection);
  const entry: Entry = { connection, seat, inside, turn: isWaiting ? fleeting.next : -1 };
  return {
    hashKey,
    size: size + 1,
    byOutside: insert(byOutside, outside, entry),
    byInside: insert(byInside, inside, entry),
    opened: append(opened, seat),
    fleeting: isWaiting ? append(fleeting, seat) : fleeting,
    loads: loadsAfter(loads, null, connection),
  };
};

/** With a connection in place of what its host ends had before. */
const changed = (
  indexes: Indexes,
  before: Entry,
  connection: Connection,
  inside: number,
): Indexes => {
  const { hashKey, size, byOutside, byInside, opened, loads } = indexes;
  const { seat, turn } = before;
  const stays = keepsTurn(before.connection, connection);
  const others = stays || turn < 0 ? indexes.fleeting : vacate(indexes.fleeting, turn);
  const comesLast = !stays && isFleeting(connection);
  const next = comesLast ? others.next : -1;
  const entry: Entry = { connection, seat, inside, turn: stays ? turn : next };
  return {
    hashKey,
    size,
    byOutside: replace(byOutside, seat.outside, before, entry),
    byInside:
      before.inside === inside
        ? replace(byInside, inside, before, entry)
        : insert(remove(byInside, before.inside, before), inside, entry),
    opened,
    fleeting: comesLast ? append(others, seat) : others,
    loads: loadsAfter(loads, before.connection, connection),
  };
};

/** With `connection` in place of whatever had one of its pairs of ends. */
export const put = (indexes: Indexes, connection: Connection): Indexes => {
  const { hashKey, byInside } = indexes;
  const { protocol, nodeAddress, nodePort, hostAddress, hostPort } = connection;
  const outside = outsideHash(hashKey, connection);
  const inside = insideHash(hashKey, connection);
  const there = entryInside(
    byInside,
    inside,
    protocol,
    nodeAddress,
    nodePort,
    hostAddress,
    hostPort,
  );
  const room =
    there === null || isSame(there.connection, connection) ? indexes : removed(indexes, there);
  const before = entryOf(room.byOutside, outside, connection);
  return before === null
    ? opening(room, connection, outside, inside)
    : changed(room, before, connection, inside);
};
