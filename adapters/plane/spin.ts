// Whether to look for frames again rather than to sleep: waking up costs more than half of a short round trip.
// What came soon after the last frame before is expected to do so again; where that fails, it is tried less.

/** Longest that is looked without finding anything, milliseconds. */
export const LONGEST_SPIN = 0.05;
/** What came within this time would have been found, the way out of a sleep included. */
const WORTH = 2 * LONGEST_SPIN;
/** Each gap counts for so much of what is expected. */
const WEIGHT = 1 / 8;
/** Below it nothing is to be expected. */
const LEAST = 1 / 4;

export interface Spin {
  /** Frames were found at `now`, milliseconds with fractions. */
  found(now: number): void;
  /** Whether it is worth while to look again at `now`, when nothing was found. */
  goesOn(now: number): boolean;
}

export const makeSpin = (): Spin => {
  let last = -Infinity;
  /** The share of gaps that were short, of late: from 0 to 1. */
  let expected = 0;
  return {
    found: (now) => {
      expected += ((now - last <= WORTH ? 1 : 0) - expected) * WEIGHT;
      last = now;
    },
    goesOn: (now) => expected >= LEAST && now - last < LONGEST_SPIN,
  };
};
