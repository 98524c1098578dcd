// A run in words, with how to have it again.

import type { Run } from './run.ts';

/** What went wrong in a run, what befell it, and the command that repeats it. */
export const told = ({ seed, computers, violations, story }: Run): string =>
  [
    `seed ${seed}, ${computers} computers (again: npm run simulate -- --seed ${seed})`,
    ...violations.map((text) => `  wrong ${text}`),
    ...story.map((text) => `  story ${text}`),
  ].join('\n');
