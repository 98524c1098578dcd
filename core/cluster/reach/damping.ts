// Links that come and go are charged for it, and used again when they have been quiet (RFC 2439).

import type { Path } from './path.ts';

const HALF_LIFE_MS = 5000;
/** Charged when a path ceases to answer, and when something on it timed out. */
export const FLAP = 1000;
export const TROUBLE = 250;
/** Above the first it is avoided, below the second it is used as before. */
const SUPPRESS = 2500;
const REUSE = 1000;

/** The penalty as it has decayed by now. */
export const penaltyAt = ({ penalty, penaltyAt: at }: Path, now: number): number =>
  penalty * 2 ** ((at - now) / HALF_LIFE_MS);

type Charge = Pick<Path, 'penalty' | 'penaltyAt' | 'damped'>;

export const charged = (path: Path, amount: number, now: number): Charge => {
  const penalty = Math.min(2 * SUPPRESS, penaltyAt(path, now) + amount);
  return { penalty, penaltyAt: now, damped: path.damped || penalty > SUPPRESS };
};

/** The path with its penalty reckoned anew; the same one while it is not damped. */
export const calmed = (path: Path, now: number): Path =>
  path.damped && penaltyAt(path, now) < REUSE ? { ...path, damped: false } : path;
