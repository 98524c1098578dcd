// "Did you mean": the word nearest to a mistyped one, by edit distance (Damerau 1964, Levenshtein 1966).

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
export const editDistance = (a: string, b: string): number => {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
};

// Words compare without case, `-` and `_`: `mount_ports` means `mountPorts`.
const plain = (word: string): string => word.toLowerCase().replace(/[-_]/g, '');

/** The one of `words` that was most likely meant by `word`; null when none is near. */
export const nearest = (word: string, words: readonly string[]): string | null => {
  if (word.length > 64) return null;
  const reach = Math.max(1, Math.floor(word.length / 3));
  const meant = plain(word);
  const ranked = words
    // A distance is no less than the difference in length: most words need not be compared.
    .filter((candidate) => Math.abs(plain(candidate).length - meant.length) <= reach)
    .map((candidate) => ({ candidate, distance: editDistance(meant, plain(candidate)) }))
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate ?? null;
};

/** ` (did you mean "tcp"?)`, or nothing. */
export const didYouMean = (word: string, words: readonly string[]): string => {
  const meant = nearest(word, words);
  return meant === null ? '' : ` (did you mean "${meant}"?)`;
};
