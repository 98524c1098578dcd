// The cluster destination address table: one entry for each computer, the same everywhere (B1, B7).

import type { ReadonlyBytes } from '../../wire/bytes.ts';
import type { NodeId } from '../identity.ts';
import { hexOf } from '../identity.ts';
import type { Primitives } from '../primitives.ts';
import { Writer } from '../wire/writer.ts';
import type { Entry } from './entry.ts';

/** `digest` is SHA-256 over the hashes of all entries in order of their ids, tombstones left out. */
export interface Table {
  readonly entries: ReadonlyMap<NodeId, Entry>;
  readonly digest: ReadonlyBytes;
  /** The digest as hex digits. */
  readonly digestText: string;
}

/** Ids in order. */
export const sortedIds = (ids: Iterable<NodeId>): readonly NodeId[] =>
  [...ids].sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));

/** The table of these entries. */
export const tableOf = (primitives: Primitives, entries: ReadonlyMap<NodeId, Entry>): Table => {
  const writer = new Writer(32 * (entries.size + 1));
  for (const id of sortedIds(entries.keys())) {
    const entry = entries.get(id);
    if (entry !== undefined && !entry.left) writer.hex(entry.hash);
  }
  const digest = primitives.hash(writer.done());
  return { entries, digest, digestText: hexOf(digest) };
};

/** The table with `entry` in the place of what its author said before. */
export const withEntry = (primitives: Primitives, table: Table, entry: Entry): Table =>
  tableOf(primitives, new Map(table.entries).set(entry.id, entry));

/** The entries of computers that have not left. */
export const living = (table: Table): readonly Entry[] =>
  [...table.entries.values()].filter((entry) => !entry.left);
