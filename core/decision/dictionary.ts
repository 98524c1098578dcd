// The look-up interface of all tables. One kind of it is persistent: `set` gives a new dictionary and
// the old one stays as it was; with that the core is a complete gateway. The other changes in place and
// gives itself: its owner keeps only what the last change gave, and then the two cannot be told apart.

export interface Dictionary<K, V> {
  get(key: K): V | undefined;
  /**
   * The dictionary in which `key` has `value`; do not use the old one afterwards. A key that is there keeps
   * its place in the order, a new one comes last.
   */
  set(key: K, value: V): Dictionary<K, V>;
  /** The dictionary without `key`; do not use the old one afterwards. */
  delete(key: K): Dictionary<K, V>;
  readonly size: number;
  /** In the order in which their keys came in. Do not change the dictionary meanwhile. */
  values(): IterableIterator<V>;
  /** The value of the key that came in longest ago, without a look at the others. */
  oldest(): V | undefined;
}

/** A dictionary that changes in place, for the running gateway. */
export const inPlace = <K, V>(): Dictionary<K, V> => {
  const map = new Map<K, V>();
  // Where a Map deleted it keeps gaps for a while, and a walk from its start passes all of them: taking the
  // oldest away again and again would get slower and slower. A walk that goes on passes each gap once.
  let walk: Iterator<K, undefined> | null = null;
  let head: K | undefined;
  let headIsGone = true;
  let deletions = 0;

  const goOn = (): void => {
    if (walk === null) deletions = 0;
    walk ??= map.keys();
    const next = walk.next();
    head = next.value;
    headIsGone = next.done === true;
    // One that came to the end has ended for good, whatever is inserted later.
    if (headIsGone) walk = null;
  };

  const dictionary: Dictionary<K, V> = {
    get: (key) => map.get(key),
    set: (key, value) => (map.set(key, value), dictionary),
    delete: (key) => {
      if (!map.delete(key)) return dictionary;
      if (key === head) headIsGone = true;
      // A walk keeps what the Map has outgrown since it began from being freed: not for long.
      if (++deletions > map.size) walk = null;
      return dictionary;
    },
    get size() {
      return map.size;
    },
    values: () => map.values(),
    oldest: () => {
      if (headIsGone) goOn();
      return headIsGone ? undefined : map.get(head as K);
    },
  };
  return dictionary;
};
