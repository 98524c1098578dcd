// The own entry: nobody else writes it, and each change has a higher version (B7).

import * as E from 'fp-ts/lib/Either.js';
import type { Turn } from '../turn.ts';
import { alter, count } from '../turn.ts';
import type { Entry, Statement } from './entry.ts';
import { author } from './entry.ts';
import { spread } from './fresh.ts';
import { withEntry } from './table.ts';

/** Says of oneself what holds now, with a version above `least`. */
export const publish = (turn: Turn, least: number, left = false): void => {
  const { self, own, adapters, table } = turn.member;
  const version = Math.max(own.version, least) + 1;
  const { name } = self.identity;
  const statement: Statement = { name, version, left, gateway: self.gateway, adapters };
  const entry = author(self.primitives, self.identity, statement);
  if (E.isLeft(entry)) return count(turn, entry.left);
  const after = withEntry(self.primitives, table, entry.right);
  alter(turn, { own: entry.right, table: after, stale: true });
  spread(turn, entry.right);
};

/** Others know an entry of an earlier life, or of the same version: the present one goes above it. */
export const goAbove = (turn: Turn, known: Entry): void =>
  publish(turn, known.version, turn.member.own.left);
