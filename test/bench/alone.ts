// One scenario in a process of its own, which `run.ts` starts: what it is to do comes as one argument, and
// the result goes out as one line, both in JSON.

import type { Compiled } from './native.ts';
import { load } from './native.ts';
import type { Race } from './rounds.ts';
import { SCENARIOS } from './scenarios/all.ts';

export interface Order {
  readonly scenario: string;
  readonly references: readonly Compiled[];
  readonly race: Race;
}

const { scenario, references, race } = JSON.parse(process.argv[2] ?? '{}') as Order;
const found = SCENARIOS.find(({ name }) => name === scenario);
if (found === undefined) throw new Error(`there is no scenario "${scenario}"`);
process.stdout.write(`${JSON.stringify(found.run(references.map(load), race))}\n`);
