import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose } from '../../../../core/switch/schedule/choose.ts';
import { planOf } from '../../../../core/switch/schedule/plan.ts';
import { KEY, SCHEDULERS, hashKey, members, port, questionOf, word } from './questions.ts';

// Making a table of 65,537 slots for each run would take most of the time of all tests.
const RUNS = 30;

describe.each(SCHEDULERS)('every scheduler: %s', (scheduler) => {
  it('A20: only a member that takes the connection gets it, and none does exactly when none takes', () => {
    fc.assert(
      fc.property(
        members,
        fc.func(fc.boolean()),
        fc.func(fc.nat(50)),
        fc.nat(20_000),
        fc.array(fc.tuple(word, port), { minLength: 1, maxLength: 20 }),
        (all, takes, connectionsOf, cursor, hosts) => {
          const plan = planOf(scheduler, all, KEY);
          const taking = all.filter(({ node }) => takes(node)).map(({ node }) => node);
          for (const [source, sourcePort] of hosts) {
            const given = { source, sourcePort, cursor, takes, connectionsOf };
            const choice = choose(plan, questionOf(given));
            if (taking.length === 0) expect(choice).toBeNull();
            else expect(taking).toContain(choice?.node);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('A20: two gateways with the same members and key choose alike', () => {
    const hosts = fc.array(fc.tuple(word, port), { minLength: 20, maxLength: 50 });
    fc.assert(
      fc.property(members, hashKey, fc.nat(20), hosts, (all, key, cursor, from) => {
        const here = planOf(scheduler, all, key);
        const there = planOf(
          scheduler,
          all.map((member) => ({ ...member })),
          { ...key },
        );
        for (const [source, sourcePort] of from) {
          const question = questionOf({ cursor, source, sourcePort, hashKey: key });
          expect(choose(there, question)).toEqual(choose(here, question));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('A20: the last node that takes is found, wherever it stands', () => {
    const all = Array.from({ length: 20 }, (_, node) => ({
      node,
      number: node + 1,
      weight: 1 + (node % 3),
    }));
    const plan = planOf(scheduler, all, KEY);
    for (const { node } of all) {
      const question = questionOf({ takes: (one) => one === node, cursor: 7 });
      expect(choose(plan, question)?.node).toBe(node);
    }
  });

  it('A20: no members, no choice', () => {
    expect(choose(planOf(scheduler, [], KEY), questionOf())).toBeNull();
  });
});
