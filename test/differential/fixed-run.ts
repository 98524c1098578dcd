// Scripts that are the same in every run: what is asserted of them cannot depend on chance.

import fc from 'fast-check';
import type { Script } from '../arbitraries/conversations.ts';
import { scripts } from '../arbitraries/conversations.ts';
import type { Scenario } from './scenarios.ts';
import { SCENARIOS } from './scenarios.ts';

const SEED = 100;
/** Of each scenario. */
const SCRIPTS = 40;

export const scriptsOf = ({ variants }: Scenario): fc.Arbitrary<Script> =>
  scripts(variants[0], variants.length);

interface Played {
  readonly scenario: Scenario;
  readonly script: Script;
}

/** A script of each scenario in turn. */
export const fixedRun = (): readonly Played[] => {
  const sampled = SCENARIOS.map((scenario, index) =>
    fc.sample(scriptsOf(scenario), { numRuns: SCRIPTS, seed: SEED + index }),
  );
  return Array.from({ length: SCRIPTS }, (_, turn) =>
    SCENARIOS.flatMap((scenario, index): readonly Played[] => {
      const script = sampled[index]?.[turn];
      return script === undefined ? [] : [{ scenario, script }];
    }),
  ).flat();
};
