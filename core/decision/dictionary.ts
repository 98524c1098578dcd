// The look-up interface of all tables. One kind of it is persistent: `set` gives a new dictionary and
// the old one stays as it was; with that the core is a complete gateway. The other changes in place and
// gives itself: its owner keeps only what the last change gave, and then the two cannot be told apart.

export interface Dictionary<K, V> {
  get(key: K): V | undefined;
  /** The dictionary in which `key` has `value`; do not use the old one afterwards. */
  set(key: K, value: V): Dictionary<K, V>;
  /** The dictionary without `key`; do not use the old one afterwards. */
  delete(key: K): Dictionary<K, V>;
  readonly size: number;
  values(): IterableIterator<V>;
}

/** A dictionary that changes in place, for the running gateway. */
export const inPlace = <K, V>(): Dictionary<K, V> => {
  const map = new Map<K, V>();
  const dictionary: Dictionary<K, V> = {
    get: (key) => map.get(key),
    set: (key, value) => (map.set(key, value), dictionary),
    delete: (key) => (map.delete(key), dictionary),
    get size() {
      return map.size;
    },
    values: () => map.values(),
  };
  return dictionary;
};
