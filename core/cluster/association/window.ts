// Which counters have come: a sliding window over the latest (RFC 6479), as a value.

/** Counters so far behind the highest are not told apart any more, and refused. */
export const WINDOW = 1024;
/** Bits in a word: few enough that all words are small integers, which are copied quickly. */
const WORD = 16;
const WORDS = WINDOW / WORD;

/** `seen` holds a bit for each counter modulo the window's size. */
export interface Window {
  readonly highest: number;
  readonly seen: readonly number[];
}

export const EMPTY_WINDOW: Window = {
  highest: -1,
  seen: Array.from({ length: WORDS }, () => 0),
};

const wordOf = (counter: number): number => Math.floor((counter % WINDOW) / WORD);
const bitOf = (counter: number): number => 1 << (counter % WORD);

export const isNew = ({ highest, seen }: Window, counter: number): boolean => {
  if (counter > highest) return true;
  if (counter <= highest - WINDOW) return false;
  return ((seen[wordOf(counter)] as number) & bitOf(counter)) === 0;
};

/** The window with a counter that {@link isNew}. */
export const withCounter = ({ highest, seen }: Window, counter: number): Window => {
  if (counter - highest >= WINDOW)
    return withCounter({ highest: counter - 1, seen: EMPTY_WINDOW.seen }, counter);
  const after = seen.slice();
  for (let passed = highest + 1; passed < counter; passed += 1) {
    const word = wordOf(passed);
    after[word] = (after[word] as number) & ~bitOf(passed);
  }
  const word = wordOf(counter);
  after[word] = (after[word] as number) | bitOf(counter);
  return { highest: Math.max(highest, counter), seen: after };
};
