// When it is worth while to look for frames instead of sleeping.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Spin } from '../../../adapters/plane/spin.ts';
import { LONGEST_SPIN, makeSpin } from '../../../adapters/plane/spin.ts';

/** Frames at these times, one gap after another; gives the last time. */
const hear = (spin: Spin, gaps: readonly number[], from = 0): number => {
  let now = from;
  for (const gap of gaps) {
    now += gap;
    spin.found(now);
  }
  return now;
};

const short = fc.double({ min: 0.001, max: LONGEST_SPIN, noNaN: true });
const long = fc.double({ min: 10 * LONGEST_SPIN, max: 10_000, noNaN: true });

describe('spinning', () => {
  it('is not done before frames came one soon after another', () => {
    const spin = makeSpin();
    expect(spin.longest(0)).toBe(0);
    spin.found(5);
    expect(spin.longest(5)).toBe(0);
  });

  it('is done where frames follow each other, and never for longer than the longest', () => {
    fc.assert(
      fc.property(fc.array(short, { minLength: 4, maxLength: 50 }), short, (gaps, later) => {
        const spin = makeSpin();
        const last = hear(spin, gaps);
        expect(spin.longest(last)).toBeCloseTo(LONGEST_SPIN, 6);
        expect(spin.longest(last + later)).toBeCloseTo(LONGEST_SPIN - later, 6);
        expect(spin.longest(last + LONGEST_SPIN)).toBeLessThanOrEqual(1e-9);
      }),
    );
  });

  it('ends after twenty gaps that were too long, whatever came before; one short gap does not begin it', () => {
    fc.assert(
      fc.property(
        fc.array(short, { maxLength: 100 }),
        fc.array(long, { minLength: 20, maxLength: 30 }),
        (busy, quiet) => {
          const spin = makeSpin();
          let last = hear(spin, busy);
          last = hear(spin, quiet, last);
          expect(spin.longest(last)).toBe(0);
          last = hear(spin, [LONGEST_SPIN / 2], last);
          expect(spin.longest(last)).toBe(0);
        },
      ),
    );
  });
});
