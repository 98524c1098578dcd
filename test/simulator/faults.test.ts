// The simulator bites: each fault that is planted in the protocol is found by one of the first seeds.

import { describe, expect, it } from 'vitest';
import type { Fault } from './faults.ts';
import { FAULTS } from './faults.ts';
import type { Built } from './built.ts';
import { applies, built } from './built.ts';

const TIMEOUT = 600_000;
/** Seeds that are tried for each fault, and without one. */
const SEEDS = 200;
const SOUND_SEEDS = 20;

/** The first seed that finds something; null when none does. */
const foundBy = ({ run }: Built, seeds: number): number | null => {
  for (let seed = 1; seed <= seeds; seed += 1)
    if (run.runSeed(seed).violations.length > 0) return seed;
  return null;
};

describe('faults in the protocol', () => {
  it('B5, B7: each has its text in the sources, once', () => {
    expect(FAULTS.filter((one) => !applies(one)).map(({ name }) => name)).toEqual([]);
    expect(FAULTS.length).toBeGreaterThanOrEqual(10);
  });

  it('nothing is found in the product, built the same way', { timeout: TIMEOUT }, async () => {
    expect(foundBy(await built(null), SOUND_SEEDS)).toBeNull();
  });

  it.each(FAULTS.map((one): [string, Fault] => [one.name, one]))(
    'B3, B5, B6, B7: is found: %s',
    async (_, one) => {
      expect(foundBy(await built(one), SEEDS)).not.toBeNull();
    },
    TIMEOUT,
  );
});
