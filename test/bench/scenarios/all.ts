// All scenarios, in the order in which they are run and shown.

import { CHECKSUMS } from './checksums.ts';
import { DECIDING } from './deciding.ts';
import { OPENING } from './opening.ts';
import { PIPELINE } from './pipeline.ts';
import type { Scenario } from './scenario.ts';
import { TABLES } from './tables.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...PIPELINE,
  ...DECIDING,
  ...OPENING,
  ...TABLES,
  ...CHECKSUMS,
];
