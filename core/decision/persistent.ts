// A persistent dictionary: each change gives a new one, and the old one stays as it was.

import type { Dictionary } from './dictionary.ts';
import type { HashTrie } from './hash-trie.ts';
import { insert, leafOf, remove, replace } from './hash-trie.ts';
import type { InsertionOrder } from './insertion-order.ts';
import { NO_ORDER, append, first, inOrder, vacate } from './insertion-order.ts';
import type { HashKey } from './keyed-hash.ts';
import { NO_KEY, hashNumber, hashText } from './keyed-hash.ts';

/** What a key has. */
interface Entry<K, V> {
  readonly key: K;
  readonly value: V;
  /** The number of its place among the keys in order of insertion. */
  readonly place: number;
}

const hashOf = (hashKey: HashKey, key: string | number): number =>
  (typeof key === 'number' ? hashNumber(hashKey, key) : hashText(hashKey, key)) | 0;

const find = <K, V>(trie: HashTrie<Entry<K, V>>, hash: number, key: K): Entry<K, V> | undefined => {
  for (let leaf = leafOf(trie, hash); leaf !== null; leaf = leaf.next)
    if (leaf.value.key === key) return leaf.value;
  return undefined;
};

// A class, as there is none for each method in every new dictionary then: most of its bytes would be those.
class Persistent<K extends string | number, V> implements Dictionary<K, V> {
  readonly size: number;
  private readonly hashKey: HashKey;
  private readonly trie: HashTrie<Entry<K, V>>;
  private readonly order: InsertionOrder<K>;

  constructor(
    hashKey: HashKey,
    trie: HashTrie<Entry<K, V>>,
    order: InsertionOrder<K>,
    size: number,
  ) {
    this.size = size;
    this.hashKey = hashKey;
    this.trie = trie;
    this.order = order;
  }

  get(key: K): V | undefined {
    return find(this.trie, hashOf(this.hashKey, key), key)?.value;
  }

  set(key: K, value: V): Dictionary<K, V> {
    const { hashKey, trie, order, size } = this;
    const hash = hashOf(hashKey, key);
    const there = find(trie, hash, key);
    if (there === undefined) {
      const more = insert(trie, hash, { key, value, place: order.next });
      return new Persistent(hashKey, more, append(order, key), size + 1);
    }
    const after = replace(trie, hash, there, { key, value, place: there.place });
    return new Persistent(hashKey, after, order, size);
  }

  delete(key: K): Dictionary<K, V> {
    const { hashKey, trie, order, size } = this;
    const hash = hashOf(hashKey, key);
    const there = find(trie, hash, key);
    if (there === undefined) return this;
    return new Persistent(hashKey, remove(trie, hash, there), vacate(order, there.place), size - 1);
  }

  oldest(): V | undefined {
    const key = first(this.order);
    return key === undefined ? undefined : this.get(key);
  }

  *values(): Generator<V, undefined> {
    for (const key of inOrder(this.order)) {
      const entry = find(this.trie, hashOf(this.hashKey, key), key);
      if (entry !== undefined) yield entry.value;
    }
  }
}

/**
 * An empty dictionary of which every change leaves the old one as it was. Who chooses its keys cannot make
 * it slow without knowing `hashKey`.
 */
export const persistent = <K extends string | number, V>(
  hashKey: HashKey = NO_KEY,
): Dictionary<K, V> => new Persistent<K, V>(hashKey, null, NO_ORDER, 0);
