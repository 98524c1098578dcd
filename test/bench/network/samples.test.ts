import { describe, expect, it } from 'vitest';
import { MEASURES } from './measure.ts';
import type { Result, Series } from './samples.ts';
import { middleOf, ratioIn, ratioOf } from './samples.ts';

const series = (subject: string, ...samples: Series['samples']): Series => ({
  subject,
  aside: false,
  samples,
});

describe('the middle', () => {
  it('is that of the rounds that came to a figure', () => {
    expect(middleOf(series('a', 3, null, 1, 2))).toBe(2);
    expect(middleOf(series('a', null, null))).toBeNull();
  });
});

describe('a ratio', () => {
  it('compares samples of the same round: noise that strikes both leaves it alone', () => {
    expect(ratioOf(series('a', 20, 200, 2000), series('b', 10, 100, 1000))).toBe(2);
  });

  it('leaves out rounds in which either came to nothing', () => {
    expect(ratioOf(series('a', null, 30, 40, 5), series('b', 1, null, 20, 0))).toBe(2);
    expect(ratioOf(series('a', null), series('b', 1))).toBeNull();
  });

  it('is not there for who did not take part, nor of what was not measured', () => {
    const [measure] = MEASURES;
    const results: Result[] = measure ? [{ measure, series: [series('a', 1)] }] : [];
    expect(ratioIn(results, 'tcp1', 'a', 'a')).toBe(1);
    expect(ratioIn(results, 'tcp1', 'a', 'b')).toBeNull();
    expect(ratioIn(results, 'udp', 'a', 'a')).toBeNull();
  });
});
