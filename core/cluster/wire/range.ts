// Ranges of bytes in a stream, from an offset up to another, as sorted lists that do not touch.

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The list with one more range; what it overlaps or touches becomes one with it. */
export const withRange = (ranges: readonly Range[], { from, to }: Range): readonly Range[] => {
  const before = ranges.filter((range) => range.to < from);
  const after = ranges.filter((range) => range.from > to);
  const met = ranges.slice(before.length, ranges.length - after.length);
  const first = met.at(0);
  const last = met.at(-1);
  return [
    ...before,
    { from: Math.min(from, first?.from ?? from), to: Math.max(to, last?.to ?? to) },
    ...after,
  ];
};

/** What of `range` no range of the list holds. */
export const without = (range: Range, ranges: readonly Range[]): readonly Range[] => {
  const rest: Range[] = [];
  let { from } = range;
  for (const one of ranges) {
    if (one.to <= from) continue;
    if (one.from >= range.to) break;
    if (one.from > from) rest.push({ from, to: one.from });
    from = one.to;
  }
  if (from < range.to) rest.push({ from, to: range.to });
  return rest;
};

/** Whether one range of the list holds all of `range`. */
export const covers = (ranges: readonly Range[], { from, to }: Range): boolean =>
  ranges.some((range) => range.from <= from && to <= range.to);
