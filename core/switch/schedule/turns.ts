// Round robin, weighted or not: a list of turns is gone through over and over (A20, claim 14).

import type { Member } from '../../decision/schedule.ts';
import type { NodeIndex } from '../../decision/topology.ts';
import type { Choice, Question } from './question.ts';

/** Longer lists than this are not made, if the number of nodes allows. */
export const MOST_TURNS = 10_000;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const sumOf = (weights: readonly number[]): number => weights.reduce((sum, one) => sum + one, 0);

const reduced = (weights: readonly number[]): readonly number[] => {
  const divisor = weights.reduce(gcd, 0);
  return weights.map((weight) => weight / divisor);
};

/** How many turns each weight gets in one pass of the list: as few as keep the proportions, never 0. */
const turnsEach = (weights: readonly number[]): readonly number[] => {
  const exact = reduced(weights);
  const total = sumOf(exact);
  if (total <= MOST_TURNS) return exact;
  // With what rounding up to one turn may add, the list is still not too long.
  const scale = (MOST_TURNS - exact.length) / total;
  return reduced(exact.map((weight) => Math.max(1, Math.floor(weight * scale))));
};

/**
 * Nodes in turn, each as often as its weight says, and spread as evenly as can be: after k of the W turns of
 * n nodes, one of weight w has had kw/W of them, give or take 1 - 1/(2n - 2); no order can promise less.
 * (R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32, 1980.)
 */
export const turnsOf = (members: readonly Member[]): readonly NodeIndex[] => {
  const weights = turnsEach(members.map(({ weight }) => weight));
  const total = sumOf(weights);
  // Fractions are kept as whole numbers of 1 / (2n - 2)W. One node alone is owed nothing but each turn.
  const unit = Math.max(1, 2 * weights.length - 2);
  const had = weights.map(() => 0);
  const turns: NodeIndex[] = [];
  while (turns.length < total) {
    let next = 0;
    let earliest = Number.POSITIVE_INFINITY;
    for (const [at, weight] of weights.entries()) {
      const owed = unit * (weight * (turns.length + 1) - total * (had[at] ?? 0));
      if (owed < total && weights.length > 1) continue;
      const due = (unit * total - total - owed) / weight;
      if (due >= earliest) continue;
      next = at;
      earliest = due;
    }
    had[next] = (had[next] ?? 0) + 1;
    turns.push(members[next]?.node ?? 0);
  }
  return turns;
};

/** The first from the cursor on that takes the connection; those that do not lose this turn. */
export const chooseByTurns = (
  turns: readonly NodeIndex[],
  { cursor, takes }: Question,
): Choice | null => {
  for (let step = 0; step < turns.length; step++) {
    const at = (cursor + step) % turns.length;
    const node = turns[at];
    if (node !== undefined && takes(node)) return { node, cursor: (at + 1) % turns.length };
  }
  return null;
};
