import { describe, expect, it } from 'vitest';
import { SCENARIOS } from './scenarios/all.ts';
import type { Target } from './target.ts';
import { TARGETS, judged } from './target.ts';

const target = (changes: Partial<Target>): Target => ({
  scenario: 's',
  subject: 'WASM',
  to: null,
  most: 10,
  words: 'at most 10 ns',
  say: String,
  ...changes,
});
const results = [
  { scenario: 's', item: 'frame', notes: [], figures: [{ subject: 'WASM', samples: [9, 12, 10] }] },
];
const ratios = [{ scenario: 's', subject: 'WASM', to: 'C', value: 1.5 }];

describe('a target', () => {
  it('in time is reached by the median', () => {
    expect(judged([target({})], results, [])).toMatchObject([{ value: 10, isReached: true }]);
    expect(judged([target({ most: 9 })], results, [])).toMatchObject([{ isReached: false }]);
  });

  it('to a yardstick is reached by the ratio to that one', () => {
    const toC = target({ to: 'C', most: 1.4 });
    expect(judged([toC], results, ratios)).toMatchObject([{ value: 1.5, isReached: false }]);
  });

  it('without a measurement is not reached', () => {
    const wanted = [target({ to: 'JavaScript' }), target({ subject: 'other' })];
    const none = { value: null, isReached: false };
    expect(judged(wanted, results, ratios)).toMatchObject([none, none]);
  });

  it('is of a scenario that there is', () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(TARGETS.map(({ scenario }) => scenario)));
    expect(new Set(names).size).toBe(names.length);
  });
});
