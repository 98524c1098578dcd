// Which counters have come: a sliding window over the latest (RFC 6479), as a value.

import type { ReadonlyBytes } from '../../wire/bytes.ts';

/** Counters so far behind the highest are not told apart any more, and refused. */
export const WINDOW = 1024;
const BYTES = WINDOW / 8;

/** `seen` holds a bit for each counter modulo the window's size. */
export interface Window {
  readonly highest: number;
  readonly seen: ReadonlyBytes;
}

export const EMPTY_WINDOW: Window = { highest: -1, seen: new Uint8Array(BYTES) };

export const isNew = ({ highest, seen }: Window, counter: number): boolean => {
  if (counter > highest) return true;
  if (counter <= highest - WINDOW) return false;
  const bit = counter % WINDOW;
  return (((seen[bit >> 3] as number) >> (bit & 7)) & 1) === 0;
};

/** The window with a counter that {@link isNew}. */
export const withCounter = ({ highest, seen }: Window, counter: number): Window => {
  const after = Uint8Array.from(seen as Uint8Array);
  if (counter - highest >= WINDOW) after.fill(0);
  else
    for (let passed = highest + 1; passed < counter; passed += 1) {
      const bit = passed % WINDOW;
      after[bit >> 3] = (after[bit >> 3] as number) & ~(1 << (bit & 7));
    }
  const bit = counter % WINDOW;
  after[bit >> 3] = (after[bit >> 3] as number) | (1 << (bit & 7));
  return { highest: Math.max(highest, counter), seen: after };
};
