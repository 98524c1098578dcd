// The properties bite (C6): faults that are planted in the kernels are found, each in a build of its own; in
// the product, and where it is changed in sound ways, nothing is found.

import { describe, expect, it } from 'vitest';
import { kernelsOf } from '../../adapters/gateway/kernels.ts';
import type { Kernels } from '../../adapters/gateway/kernels.ts';
import { makeSlots } from '../../adapters/gateway/slots.ts';
import { internetChecksum } from '../arbitraries/rewritable.ts';
import { playEdges } from './checksum-edges.ts';
import { COUNTEREXAMPLES, replay } from './counterexamples.ts';
import { playEpochs } from './epoch-round.ts';
import { FAULTS } from './faults.ts';
import { fixedRun } from './fixed-run.ts';
import { applies, patchedKernels } from './patched-kernels.ts';
import type { Finder, Planted } from './planted.ts';
import { SOUND } from './planted.ts';
import { play } from './play.ts';
import type { Scenario } from './scenarios.ts';
import { SCENARIOS } from './scenarios.ts';

/** Of the slowest machine, milliseconds. */
const TIMEOUT = 180_000;
const [FIRST] = SCENARIOS as readonly [Scenario];
const SCRIPTS = fixedRun();

const playLengths = (kernels: Kernels): void => {
  const { bytes, base } = makeSlots(kernels, 1, 4096);
  for (const [at] of bytes.subarray(base, base + 4096).entries()) bytes[base + at] = 255 - (at % 7);
  for (let length = 0; length < 4096; length += 1 + (length >> 4))
    expect(kernels.checksum(base, length, 0)).toBe(
      internetChecksum(bytes.subarray(base, base + length)),
    );
};

/** Each throws where something differs; `load` gives a fresh instance of the kernels. */
const FINDERS: Readonly<Record<Finder, (load: () => Kernels) => void>> = {
  conversations: (load) => {
    for (const { scenario, script } of SCRIPTS) play(scenario, script, undefined, load());
  },
  'checksum edges': (load) => playEdges(FIRST, undefined, load()),
  'checksum lengths': (load) => playLengths(load()),
  epochs: (load) => playEpochs(FIRST, load()),
};

/** Has it built; gives what hands out instances. */
const built = async ({ patches }: Planted): Promise<() => Kernels> => {
  const bytes = await patchedKernels(patches);
  return () => kernelsOf(bytes);
};

describe('in the kernels', () => {
  it('C6: each patch has its text in the source, once', () => {
    const patches = [...SOUND, ...FAULTS].flatMap((one) => one.patches);
    expect(patches.filter((one) => !applies(one))).toEqual([]);
  });

  it.each(SOUND)(
    'C6: nothing is found with $name',
    async (planted) => {
      const load = await built(planted);
      for (const find of Object.values(FINDERS)) find(load);
      for (const one of COUNTEREXAMPLES) replay(one, load());
    },
    TIMEOUT,
  );

  it.each(FAULTS)(
    'C6: it is found when $name',
    async (planted) => {
      const load = await built(planted);
      expect(() => {
        FINDERS[planted.by](load);
      }).toThrow();
      for (const one of COUNTEREXAMPLES.filter(({ name }) => name === planted.name))
        expect(() => {
          replay(one, load());
        }).toThrow();
    },
    TIMEOUT,
  );
});
