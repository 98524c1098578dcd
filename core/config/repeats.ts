// Members of a list that say again what an earlier one said.

/** A member whose key an earlier one already had. */
export interface Repeat<A> {
  readonly first: A;
  readonly again: A;
}

/** All repeats by `keyOf`, in the order of the list; an undefined key repeats nothing. */
export const repeats = <A>(
  members: readonly A[],
  keyOf: (member: A) => string | number | undefined,
): readonly Repeat<A>[] => {
  const firsts = new Map<string | number, A>();
  return members.flatMap((again) => {
    const key = keyOf(again);
    if (key === undefined) return [];
    const first = firsts.get(key);
    if (first !== undefined) return [{ first, again }];
    firsts.set(key, again);
    return [];
  });
};
