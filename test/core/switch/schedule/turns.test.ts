import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose } from '../../../../core/switch/schedule/choose.ts';
import { planOf } from '../../../../core/switch/schedule/plan.ts';
import { MOST_TURNS, turnsOf } from '../../../../core/switch/schedule/turns.ts';
import {
  KEY,
  countOf,
  members,
  membersOf,
  questionOf,
  sequence,
  totalWeight,
} from './questions.ts';

describe('round robin', () => {
  it('A20: of any n connections in a row each of n nodes gets one, whatever its weight', () => {
    fc.assert(
      fc.property(members, fc.nat(100), fc.nat(50), (all, cursor, skipped) => {
        const plan = planOf('round-robin', all, KEY);
        const nodes = sequence(plan, skipped + all.length, { cursor }).slice(skipped);
        expect(new Set(nodes)).toEqual(new Set(all.map(({ node }) => node)));
      }),
    );
  });

  it('A20: of n connections in a row each of n nodes that take gets one, the others passed over', () => {
    fc.assert(
      fc.property(members, fc.func(fc.boolean()), fc.nat(100), (all, takes, cursor) => {
        const taking = all.filter(({ node }) => takes(node)).map(({ node }) => node);
        const nodes = sequence(planOf('round-robin', all, KEY), taking.length, { cursor, takes });
        expect([...nodes].sort()).toEqual([...taking].sort());
      }),
    );
  });

  it('A20: goes on behind the node that it chose', () => {
    const plan = planOf('round-robin', membersOf(1, 1, 1), KEY);
    const question = questionOf({ cursor: 1, takes: (node) => node !== 1 });
    expect(choose(plan, question)).toEqual({ node: 2, cursor: 0 });
  });
});

describe('weighted round robin', () => {
  it('A20: after any number of connections, shares are as near to the weights as can be', () => {
    fc.assert(
      fc.property(members, (all) => {
        const total = totalWeight(all);
        const bound = all.length === 1 ? 0 : 1 - 1 / (2 * all.length - 2);
        const had = new Map<number, number>();
        const nodes = sequence(planOf('weighted-round-robin', all, KEY), total + 5);
        for (const [at, chosen] of nodes.entries()) {
          had.set(chosen, (had.get(chosen) ?? 0) + 1);
          for (const { node, weight } of all) {
            const ideal = ((at + 1) * weight) / total;
            expect(Math.abs((had.get(node) ?? 0) - ideal)).toBeLessThanOrEqual(bound + 1e-9);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('A20: a heavy node is not served all at once', () => {
    expect(turnsOf(membersOf(5, 1, 1))).toEqual([0, 0, 1, 0, 0, 2, 0]);
    expect(turnsOf(membersOf(1, 1, 1))).toEqual([0, 1, 2]);
  });

  it('A20: weights count by their proportion alone', () => {
    fc.assert(
      fc.property(members, fc.integer({ min: 1, max: 1000 }), (all, factor) => {
        const scaled = all.map((one) => ({ ...one, weight: one.weight * factor }));
        expect(turnsOf(scaled)).toEqual(turnsOf(all));
      }),
    );
  });

  it('A20: nodes that get a turn for next to nothing do not make the list too long', () => {
    const turns = turnsOf(membersOf(65_535, ...Array.from({ length: 50 }, () => 1)));
    expect(turns.length).toBeLessThanOrEqual(MOST_TURNS);
    expect(new Set(turns).size).toBe(51);
  });

  it('A20: however large the weights, the list is bounded and nobody is left out', () => {
    const weight = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(fc.array(weight, { minLength: 1, maxLength: 12 }), (weights) => {
        const turns = turnsOf(membersOf(...weights));
        const sum = weights.reduce((a, b) => a + b, 0);
        expect(turns.length).toBeLessThanOrEqual(MOST_TURNS);
        for (const [node, own] of weights.entries()) {
          const share = countOf(turns, node) / turns.length;
          expect(countOf(turns, node)).toBeGreaterThan(0);
          expect(Math.abs(share - own / sum)).toBeLessThan(0.002);
        }
      }),
      { numRuns: 15 },
    );
  });
});
