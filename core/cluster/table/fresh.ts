// What is new in the table is passed on at once, to a few computers by chance, in a few rounds (B7).

import { companions } from '../reach/doubt.ts';
import { post } from '../outbox.ts';
import type { Fresh } from '../state.ts';
import type { Turn } from '../turn.ts';
import { alter, some } from '../turn.ts';
import type { Entry } from './entry.ts';

/** In how many rounds a new entry is passed on, and to how many computers in each. */
const ROUNDS = 3;
const TOLD = 3;
/** Entries that one round passes on. */
const MOST = 64;

/** Has an entry passed on. */
export const spread = (turn: Turn, entry: Entry): void =>
  alter(turn, { fresh: new Map(turn.member.fresh).set(entry.id, { entry, rounds: ROUNDS }) });

/** One round: tells a few computers what is new. */
export const tellFresh = (turn: Turn): void => {
  const { fresh } = turn.member;
  if (fresh.size === 0) return;
  const told = some(turn, companions(turn, null), TOLD);
  if (told.length === 0) return;
  const after = new Map<Entry['id'], Fresh>(fresh);
  for (const { entry, rounds } of [...fresh.values()].slice(0, MOST)) {
    for (const id of told)
      if (id !== entry.id) post(turn, id, { kind: 'entry', bytes: entry.bytes });
    if (rounds > 1) after.set(entry.id, { entry, rounds: rounds - 1 });
    else after.delete(entry.id);
  }
  alter(turn, { fresh: after });
};
