// The simulator bites: each fault that is planted in the protocol is found by one of the first seeds.

import { describe, expect, it } from 'vitest';
import type { Fault } from './faults.ts';
import { FAULTS } from './faults.ts';
import type { Built } from './built.ts';
import { applies, built } from './built.ts';

const TIMEOUT = 600_000;
/** Seeds that are tried for each fault, and without one. */
const SEEDS = 1000;
const SOUND_SEEDS = 20;

/** The first seed that finds something; null when none does. */
const foundBy = ({ run }: Built, seeds: number): number | null => {
  for (let seed = 1; seed <= seeds; seed += 1)
    if (run.runSeed(seed).violations.length > 0) return seed;
  return null;
};

/** Whether computers that start and speak in step have associated in one round. */
const inStep = ({ calm }: Built): boolean =>
  [1, 6, 40].every((latency) => {
    const world = calm.calmWorld({ computers: 4, on: [0, 1], latency, jitter: 0 });
    world.agenda.runUntil(2000);
    return world.computers.every(
      ({ up, member }) => up.size === 3 && (member?.counters['association-unknown'] ?? 0) < 3,
    );
  });

describe('faults in the protocol', () => {
  it('B5, B7: each has its text in the sources, once', () => {
    expect(FAULTS.filter((one) => !applies(one)).map(({ name }) => name)).toEqual([]);
    expect(FAULTS.length).toBeGreaterThanOrEqual(10);
  });

  it('nothing is found in the product, built the same way', { timeout: TIMEOUT }, async () => {
    const simulator = await built(null);
    expect(foundBy(simulator, SOUND_SEEDS)).toBeNull();
    expect(inStep(simulator)).toBe(true);
  });

  it.each(FAULTS.map((one): [string, Fault] => [one.name, one]))(
    'B3, B5, B6, B7: is found: %s',
    async (_, one) => {
      const simulator = await built(one);
      if (one.by === 'lockstep') expect(inStep(simulator)).toBe(false);
      else expect(foundBy(simulator, SEEDS)).not.toBeNull();
    },
    TIMEOUT,
  );
});
