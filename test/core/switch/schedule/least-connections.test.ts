import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member } from '../../../../core/decision/schedule.ts';
import { choose } from '../../../../core/switch/schedule/choose.ts';
import { planOf } from '../../../../core/switch/schedule/plan.ts';
import { KEY, members, membersOf, questionOf, sequence, totalWeight } from './questions.ts';

const planFor = (all: readonly Member[]) => planOf('least-connections', all, KEY);

describe('least connections', () => {
  it('A20: nobody that takes has fewer connections for its weight than the chosen node', () => {
    fc.assert(
      fc.property(
        members,
        fc.func(fc.boolean()),
        fc.func(fc.nat(200)),
        fc.nat(30),
        (all, takes, connectionsOf, cursor) => {
          const load = ({ node, weight }: Member): number => connectionsOf(node) / weight;
          const choice = choose(planFor(all), questionOf({ cursor, takes, connectionsOf }));
          const loads = all.filter(({ node }) => takes(node)).map(load);
          const chosen = all.find(({ node }) => node === choice?.node);
          expect(chosen && load(chosen)).toBe(loads.length === 0 ? undefined : Math.min(...loads));
        },
      ),
    );
  });

  it('A20: connections that stay settle at the proportion of the weights', () => {
    fc.assert(
      fc.property(members, (all) => {
        const had = new Map(all.map(({ node }) => [node, 0]));
        const plan = planFor(all);
        const passes = 3;
        let cursor = 0;
        for (let count = 0; count < passes * totalWeight(all); count++) {
          const connectionsOf = (node: number): number => had.get(node) ?? 0;
          const choice = choose(plan, questionOf({ cursor, connectionsOf }));
          if (choice === null) break;
          had.set(choice.node, connectionsOf(choice.node) + 1);
          cursor = choice.cursor;
        }
        const lower = all.map(({ node, weight }) => ((had.get(node) ?? 0) - 1) / weight);
        const upper = all.map(({ node, weight }) => (had.get(node) ?? 0) / weight);
        // The last connection of each was given while no other had fewer for its weight.
        expect(Math.max(...lower)).toBeLessThanOrEqual(Math.min(...upper));
      }),
      { numRuns: 30 },
    );
  });

  it('A20: nodes that are level get connections in turn', () => {
    expect(sequence(planFor(membersOf(1, 1, 1)), 6)).toEqual([0, 1, 2, 0, 1, 2]);
    const level = { connectionsOf: (node: number) => [3, 6, 1][node] ?? 0 };
    expect(sequence(planFor(membersOf(1, 2, 1)), 2, level)).toEqual([2, 2]);
    const busy = { ...level, takes: (node: number) => node !== 2 };
    expect(sequence(planFor(membersOf(1, 2, 1)), 4, busy)).toEqual([0, 1, 0, 1]);
  });
});
