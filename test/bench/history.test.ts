import { describe, expect, it } from 'vitest';
import type { Entry } from './history.ts';
import { entriesOf, entryOf, lastLike, worsened } from './history.ts';
import type { Circumstances } from './machine.ts';

const circumstances: Circumstances = {
  date: '2026-01-01T00:00:00.000Z',
  commit: 'abc',
  dirty: false,
  cpu: 'one',
  cores: 2,
  node: 'v20.1.0',
  compilers: [],
};

const entry = (changes: Partial<Entry> = {}): Entry => ({
  ...circumstances,
  nanoseconds: {},
  ratios: {},
  ...changes,
});

describe('an entry of the history', () => {
  it('has medians by scenario and subject, and ratios by name', () => {
    const results = [
      {
        scenario: 's',
        item: 'frame',
        notes: [],
        figures: [{ subject: 'WASM', samples: [1, 3, 2] }],
      },
    ];
    const made = entryOf(circumstances, results, [
      { scenario: 's', subject: 'WASM', to: 'C', value: 1.23456 },
    ]);
    expect(made.nanoseconds).toEqual({ s: { WASM: 2 } });
    expect(made.ratios).toEqual({ 's: WASM / C': 1.235 });
  });

  it('is read back from its line; lines that are none are passed over', () => {
    const one = entry({ ratios: { a: 1 } });
    expect(entriesOf(`${JSON.stringify(one)}\n{"cpu":\n\n`)).toEqual([one]);
  });
});

describe('the entry to compare with', () => {
  it('is the last of the same processor and major version', () => {
    const old = entry({ date: 'old' });
    const last = entry({ date: 'last', node: 'v20.9.0' });
    const others = [entry({ cpu: 'two' }), entry({ node: 'v22.0.0' })];
    expect(lastLike(entry(), [old, last, ...others])).toBe(last);
    expect(lastLike(entry(), others)).toBeUndefined();
  });
});

describe('what became worse', () => {
  it('are ratios that rose by more than a fifth', () => {
    const before = entry({ ratios: { risen: 1, almost: 1, fallen: 2, gone: 1 } });
    const now = entry({ ratios: { risen: 1.21, almost: 1.19, fallen: 1, added: 9 } });
    expect(worsened(before, now)).toEqual([{ name: 'risen', before: 1, now: 1.21 }]);
  });
});
