// Thousands of worlds, each decided by its seed: whatever befalls them, what is promised holds.
// SIMULATOR_SEEDS says how many; `npm run simulate` runs 10,000.

import { describe, expect, it } from 'vitest';
import { primitives, signingKey } from '../../adapters/member/primitives.ts';
import { built } from './built.ts';
import { told } from './told.ts';

const TIMEOUT = 600_000;
const COUNT = Number(process.env['SIMULATOR_SEEDS'] ?? '1000');
const PARTS = 10;
/** Seeds that are run with real cryptography as well. */
const REAL = 5;

const { runSeed } = (await built(null)).run;

const failures = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => runSeed(from + at))
    .filter(({ violations }) => violations.length > 0)
    .map(told);

describe('worlds in trouble', () => {
  it.each(Array.from({ length: PARTS }, (_, part) => part + 1))(
    'B3, B5, B6, B7, B9, B11: part %i of the seeds: nothing lost, doubled or out of order; tables agree',
    (part) => {
      const count = Math.ceil(COUNT / PARTS);
      expect(failures((part - 1) * count + 1, count).join('\n\n')).toBe('');
    },
    TIMEOUT,
  );

  it(
    'B3, B5, B7: the same with Node’s own cryptography',
    () => {
      const real = { primitives, publicKey: signingKey };
      for (let seed = 1; seed <= REAL; seed += 1)
        expect(told(runSeed(seed, { real }))).toBe(told({ ...runSeed(seed), violations: [] }));
    },
    TIMEOUT,
  );

  it('a seed gives the same run again, to the last datagram', () => {
    for (const seed of [3, 67, 2121]) {
      expect(runSeed(seed)).toEqual(runSeed(seed));
      expect(runSeed(seed).trace).not.toBe(runSeed(seed + 1).trace);
    }
  });
});
