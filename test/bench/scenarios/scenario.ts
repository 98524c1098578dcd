// A scenario: what is measured in one run of its own, so that no other has filled caches, tables or the
// engine's notes.

import type { Result } from '../figure.ts';
import type { Native } from '../native.ts';
import type { Race } from '../rounds.ts';

export interface Scenario {
  readonly name: string;
  run(natives: readonly Native[], race: Race): Result;
}
