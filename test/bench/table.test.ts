import { describe, expect, it } from 'vitest';
import { aligned, linesOf, targetLines } from './table.ts';

describe('a table', () => {
  it('has columns as wide as their widest cell, numbers to the right', () => {
    expect(
      aligned(
        [
          ['a', '1', 'x'],
          ['bc', '20', ''],
        ],
        1,
        2,
      ),
    ).toEqual(['a    1  x', 'bc  20']);
    expect(aligned([], 1, 2)).toEqual([]);
  });

  it('shows median, quartiles, rate and ratios of each subject, and the notes', () => {
    const lines = linesOf({
      scenario: 'frames',
      item: 'frame',
      figures: [
        { subject: 'WASM', samples: [20, 25, 50, 22, 30] },
        { subject: 'C, gcc', samples: [10, 12.5, 20, 11, 15] },
      ],
      notes: ['Cold.'],
    });
    expect(lines).toEqual([
      'frames    ns/frame    quartiles             rate  median of the ratios',
      '  WASM        25.0  22.0 – 30.0  40.0 M frames/s  2.00 × C',
      '  C, gcc      12.5  11.0 – 15.0  80.0 M frames/s',
      '  Cold.',
    ]);
  });

  it('shows bytes in gigabytes a second', () => {
    const figures = [{ subject: 'WASM', samples: [3000] }];
    const lines = linesOf({ scenario: 'sums', item: 'message', bytes: 1500, figures, notes: [] });
    expect(lines[1]).toBe('  WASM       3,000  3,000 – 3,000  0.50 GB/s');
  });

  it('says of each target whether it is reached, missed or not measured', () => {
    const target = {
      ...{ scenario: 's', subject: 'WASM', to: 'C', most: 2 },
      words: 'at most 2 times C',
      say: (value: number) => `${value} times`,
    };
    const lines = targetLines([
      { target, value: 1, isReached: true },
      { target, value: 3, isReached: false },
      { target, value: null, isReached: false },
    ]);
    expect(lines.map((line) => line.trimEnd())).toEqual([
      'target     wanted             measured',
      '  s: WASM  at most 2 times C  1 times   reached',
      '  s: WASM  at most 2 times C  3 times   missed',
      '  s: WASM  at most 2 times C  -         not measured',
    ]);
  });
});
