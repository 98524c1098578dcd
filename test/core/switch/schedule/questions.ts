// Members and questions for the tests of the schedulers.

import fc from 'fast-check';
import type { HashKey } from '../../../../core/decision/keyed-hash.ts';
import type { Member, Plan, Scheduler } from '../../../../core/decision/schedule.ts';
import type { NodeIndex } from '../../../../core/decision/topology.ts';
import { choose } from '../../../../core/switch/schedule/choose.ts';
import type { Question } from '../../../../core/switch/schedule/question.ts';

export const SCHEDULERS: readonly Scheduler[] = [
  'round-robin',
  'weighted-round-robin',
  'least-connections',
  'source-hash',
  'maglev',
];

export const KEY: HashKey = { low: 0x243f6a88, high: 0x85a308d3 };

export const word = fc.integer({ min: 0, max: 0xffffffff });
export const port = fc.integer({ min: 0, max: 0xffff });
export const hashKey: fc.Arbitrary<HashKey> = fc.record({ low: word, high: word });

/** Some of twenty nodes, in any order, with weights of all sizes. */
export const members: fc.Arbitrary<readonly Member[]> = fc
  .uniqueArray(
    fc.record({
      node: fc.integer({ min: 0, max: 19 }),
      weight: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 100 })),
    }),
    { selector: ({ node }) => node, minLength: 1, maxLength: 12 },
  )
  .map((all) => all.map((one) => ({ ...one, number: one.node + 1 })));

export const membersOf = (...weights: readonly number[]): readonly Member[] =>
  weights.map((weight, node) => ({ node, number: node + 1, weight }));

/** A question that every node takes, of a host chosen by `from`. */
export const questionOf = (given: Partial<Question> = {}): Question => ({
  cursor: 0,
  source: 0xc6336407,
  sourcePort: 40000,
  destination: 0xc6336401,
  destinationPort: 80,
  hashKey: KEY,
  takes: () => true,
  connectionsOf: () => 0,
  ...given,
});

/** The nodes of `count` questions one after the other, the cursor going on. */
export const sequence = (
  plan: Plan,
  count: number,
  given: Partial<Question> = {},
): readonly NodeIndex[] => {
  const nodes: NodeIndex[] = [];
  let cursor = given.cursor ?? 0;
  while (nodes.length < count) {
    const choice = choose(plan, questionOf({ ...given, cursor }));
    if (choice === null) break;
    nodes.push(choice.node);
    cursor = choice.cursor;
  }
  return nodes;
};

export const countOf = (nodes: readonly NodeIndex[], node: NodeIndex): number =>
  nodes.filter((one) => one === node).length;

export const totalWeight = (all: readonly Member[]): number =>
  all.reduce((sum, { weight }) => sum + weight, 0);
