// How many threads carry frames.

/** Fewer processors have enough to do with the kernel's part, and with what else the machine is for. */
const FEWEST_FOR_SEVERAL = 4;
const MOST_UNASKED = 4;

/** `wanted` is what the configuration says, `processors` how many there are. */
export const workersOf = (wanted: number | null, processors: number): number => {
  if (wanted !== null) return wanted;
  return processors < FEWEST_FOR_SEVERAL ? 1 : Math.min(MOST_UNASKED, Math.floor(processors / 2));
};
