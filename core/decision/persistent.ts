// A persistent dictionary: each change gives a new one, and the old one stays as it was.

import type { Dictionary } from './dictionary.ts';
import type { HashTrie } from './hash-trie.ts';
import { find, insert, remove } from './hash-trie.ts';
import type { InsertionOrder } from './insertion-order.ts';
import { NO_ORDER, append, first, inOrder, vacate } from './insertion-order.ts';
import type { HashKey } from './keyed-hash.ts';
import { NO_KEY, hashText } from './keyed-hash.ts';

const of = <K extends string | number, V>(
  hashKey: HashKey,
  trie: HashTrie<K, V>,
  order: InsertionOrder<K>,
  size: number,
): Dictionary<K, V> => {
  const hashOf = (key: K): number => hashText(hashKey, String(key));
  const get = (key: K): V | undefined => find(trie, hashOf(key), key)?.value;
  const dictionary: Dictionary<K, V> = {
    size,
    get,
    set: (key, value) => {
      const hash = hashOf(key);
      const there = find(trie, hash, key);
      const place = there?.place ?? order.next;
      const after = insert(trie, hash, { key, value, place });
      return there === undefined
        ? of(hashKey, after, append(order, key), size + 1)
        : of(hashKey, after, order, size);
    },
    delete: (key) => {
      const hash = hashOf(key);
      const there = find(trie, hash, key);
      if (there === undefined) return dictionary;
      return of(hashKey, remove(trie, hash, key), vacate(order, there.place), size - 1);
    },
    oldest: () => {
      const key = first(order);
      return key === undefined ? undefined : get(key);
    },
    *values() {
      for (const key of inOrder(order)) {
        const entry = find(trie, hashOf(key), key);
        if (entry !== undefined) yield entry.value;
      }
    },
  };
  return dictionary;
};

/**
 * An empty dictionary of which every change leaves the old one as it was. Who chooses its keys cannot make
 * it slow without knowing `hashKey`.
 */
export const persistent = <K extends string | number, V>(
  hashKey: HashKey = NO_KEY,
): Dictionary<K, V> => of<K, V>(hashKey, null, NO_ORDER, 0);
