// An entry that is new here: into the table, on to others, and into what is known of its computer (B1, B7).

import { addressed } from '../addressed.ts';
import { peerFor } from '../association/adopt.ts';
import type { Turn } from '../turn.ts';
import { alter, count, peerOf, report } from '../turn.ts';
import { goAbove } from './authorship.ts';
import type { Entry } from './entry.ts';
import { supersedes } from './entry.ts';
import { spread } from './fresh.ts';
import { departed } from './leaving.ts';
import { living, sortedIds, withEntry } from './table.ts';

const isWelcomeEntry = (turn: Turn, { name, id }: Entry): boolean => {
  const { pinned } = turn.member.self;
  return pinned === null || pinned.get(name) === id;
};

/** Notes who has a name: the first one here keeps it, while it is in the table. */
const noteName = (turn: Turn, { name, id, left }: Entry): void => {
  const { names, table } = turn.member;
  const holder = names.get(name);
  const held = holder === undefined ? undefined : table.entries.get(holder);
  const theirs = held !== undefined && held.name === name && !held.left && held.id !== id;
  if (left) return;
  if (theirs) report(turn, { kind: 'name-conflict', name, holder: held.id, other: id });
  else alter(turn, { names: new Map(names).set(name, id) });
};

/**
 * Lets go of a name that a computer has no more, so that there are no more names than entries. Where another
 * has the same name, it is that one's from now on.
 */
const releaseName = (turn: Turn, { name, id }: Entry): void => {
  const { names, table } = turn.member;
  const now = table.entries.get(id);
  if (names.get(name) !== id || (now?.name === name && !now.left)) return;
  const after = new Map(names);
  const [heir] = sortedIds(living(table).flatMap((one) => (one.name === name ? [one.id] : [])));
  if (heir === undefined) after.delete(name);
  else after.set(name, heir);
  alter(turn, { names: after });
};

/** Takes an entry that its author signed, if it is newer than the one here. */
export const learnEntry = (turn: Turn, entry: Entry): void => {
  const { table, self } = turn.member;
  const held = table.entries.get(entry.id);
  if (held !== undefined && !supersedes(entry, held)) return;
  // An earlier life of this computer wrote it: what it is now goes above.
  if (entry.id === self.id) return goAbove(turn, entry);
  if (!isWelcomeEntry(turn, entry)) return count(turn, 'entry-unpinned');
  if (held === undefined && table.entries.size >= self.settings.tableSize)
    return count(turn, 'table-full');
  alter(turn, { table: withEntry(self.primitives, table, entry), stale: true });
  spread(turn, entry);
  if (held !== undefined) releaseName(turn, held);
  noteName(turn, entry);
  if (entry.left) return departed(turn, entry);
  const peer = peerFor(turn, entry.id);
  if (peer === null) return;
  if (held === undefined || held.left)
    report(turn, { kind: 'joined', node: entry.id, name: entry.name });
  else report(turn, { kind: 'changed', node: entry.id });
  addressed(turn, peerOf(turn, entry.id) ?? peer, entry);
};
