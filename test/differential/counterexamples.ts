// Shrunk counterexamples: what happened, frame by frame, when a fault was found. They stand in
// counterexamples.txt, each under a line `= NAME @ SCENARIO`; the name is that of a planted fault (./faults.ts),
// or tells of one that the product had.

import { readFileSync } from 'node:fs';
import type { Kernels } from '../../adapters/gateway/kernels.ts';
import type { Happening } from './both.ts';
import { makeBoth } from './both.ts';
import type { Scenario } from './scenarios.ts';
import { SCENARIOS } from './scenarios.ts';
import { happeningOf } from './written-down.ts';

export interface Counterexample {
  readonly name: string;
  readonly scenario: Scenario;
  readonly happened: readonly Happening[];
}

const scenarioNamed = (name: string): Scenario => {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
};

const read = (text: string): Counterexample => {
  const [title = '', ...lines] = text.trim().split('\n');
  const [name = '', scenario = ''] = title.split(' @ ');
  return { name, scenario: scenarioNamed(scenario), happened: lines.map(happeningOf) };
};

export const COUNTEREXAMPLES: readonly Counterexample[] = readFileSync(
  new URL('counterexamples.txt', import.meta.url),
  'utf8',
)
  .split(/^= /m)
  .filter((text) => text.trim() !== '')
  .map(read);

/** Has it all happen again; throws where the two differ. */
export const replay = (
  { scenario, happened }: Omit<Counterexample, 'name'>,
  kernels?: Kernels,
): void => {
  const both = makeBoth(scenario.variants, undefined, kernels);
  for (const one of happened) both.happen(one);
};
