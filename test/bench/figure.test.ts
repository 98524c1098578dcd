import { describe, expect, it } from 'vitest';
import type { Result } from './figure.ts';
import { median, merged, quantile, ratio, ratiosOf } from './figure.ts';

const result = (...figures: Result['figures']): Result => ({
  scenario: 's',
  item: 'frame',
  figures,
  notes: [],
});

describe('the median', () => {
  it('is the middle of the samples, in whatever order they came', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(3);
  });

  it('is not moved by one round that was disturbed', () => {
    expect(median([10, 11, 1000, 9, 10])).toBe(10);
  });

  it('is not there of no samples', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('a quantile', () => {
  it('has such a part of the samples before it', () => {
    const samples = [8, 1, 7, 2, 6, 3, 5, 4];
    expect([0, 1 / 4, 3 / 4].map((part) => quantile(samples, part))).toEqual([1, 3, 7]);
  });
});

describe('results of several processes', () => {
  it('have the samples of all, subject by subject', () => {
    const one = result({ subject: 'a', samples: [1] }, { subject: 'b', samples: [10] });
    const other = result({ subject: 'a', samples: [2] }, { subject: 'b', samples: [20] });
    expect(merged([one, other]).figures.map(({ samples }) => samples)).toEqual([
      [1, 2],
      [10, 20],
    ]);
  });
});

describe('a ratio', () => {
  it('is that of samples of the same round: noise that strikes both leaves it alone', () => {
    expect(ratio([20, 200, 2000], [10, 100, 1000])).toBe(2);
  });
});

describe('ratios of a scenario', () => {
  it('are to the faster of the compilers, and to JavaScript', () => {
    const ratios = ratiosOf(
      result(
        { subject: 'WASM', samples: [30] },
        { subject: 'C, clang', samples: [20] },
        { subject: 'C, gcc', samples: [15] },
        { subject: 'JavaScript', samples: [60] },
      ),
    );
    expect(ratios).toEqual([
      { scenario: 's', subject: 'WASM', to: 'C', value: 2 },
      { scenario: 's', subject: 'WASM', to: 'JavaScript', value: 0.5 },
    ]);
  });

  it('are none without a yardstick, and none of what stands aside', () => {
    expect(ratiosOf(result({ subject: 'WASM', samples: [30] }))).toEqual([]);
    const read = { subject: 'memory read', samples: [5], aside: true };
    expect(ratiosOf(result(read, { subject: 'C, gcc', samples: [15] }))).toEqual([]);
  });
});
