// A persistent map by hash: a change costs the path to it, not a copy of all.
// (Phil Bagwell, "Ideal Hash Trees", 2001.)

import type { Branch } from './branch.ts';
import { BITS, NO_CHILDREN, WIDTH, childAt, withChild, withoutChild } from './branch.ts';

/** What a key has. */
export interface Entry<K, V> {
  readonly key: K;
  readonly value: V;
  /** The number of its place among the keys in order of insertion. */
  readonly place: number;
}

interface Leaf<K, V> {
  readonly kind: 'leaf';
  readonly hash: number;
  /** More than one where hashes are equal. */
  readonly entries: readonly Entry<K, V>[];
}

/** Null holds nothing. */
export type HashTrie<K, V> = Trie<K, V> | null;
type Trie<K, V> = Leaf<K, V> | Branch<Trie<K, V>>;

const slotOf = (hash: number, shift: number): number => (hash >>> shift) & (WIDTH - 1);

export const find = <K, V>(trie: HashTrie<K, V>, hash: number, key: K): Entry<K, V> | undefined => {
  let here = trie ?? undefined;
  for (let shift = 0; here !== undefined; shift += BITS) {
    if (here.kind === 'leaf')
      return here.hash === hash ? here.entries.find((entry) => entry.key === key) : undefined;
    here = childAt(here, slotOf(hash, shift));
  }
  return undefined;
};

/** A branch with nothing but this leaf, which the next step puts deeper where hashes agree further. */
const above = <K, V>(leaf: Leaf<K, V>, shift: number): Branch<Trie<K, V>> =>
  withChild<Trie<K, V>>(NO_CHILDREN, slotOf(leaf.hash, shift), leaf);

const insertLeaf = <K, V>(
  trie: Trie<K, V> | undefined,
  leaf: Leaf<K, V>,
  key: K,
  shift: number,
): Trie<K, V> => {
  if (trie === undefined) return leaf;
  if (trie.kind === 'leaf' && trie.hash === leaf.hash)
    return { ...leaf, entries: [...trie.entries.filter((e) => e.key !== key), ...leaf.entries] };
  const branch = trie.kind === 'leaf' ? above(trie, shift) : trie;
  const slot = slotOf(leaf.hash, shift);
  return withChild(branch, slot, insertLeaf(childAt(branch, slot), leaf, key, shift + BITS));
};

/** The trie in which the entry's key, of this hash, has this entry. */
export const insert = <K, V>(
  trie: HashTrie<K, V>,
  hash: number,
  entry: Entry<K, V>,
): HashTrie<K, V> =>
  insertLeaf(trie ?? undefined, { kind: 'leaf', hash, entries: [entry] }, entry.key, 0);

const removeFrom = <K, V>(
  trie: Trie<K, V>,
  hash: number,
  key: K,
  shift: number,
): HashTrie<K, V> => {
  if (trie.kind === 'leaf') {
    const entries = trie.entries.filter((entry) => entry.key !== key);
    return entries.length === 0 ? null : { ...trie, entries };
  }
  const slot = slotOf(hash, shift);
  const before = childAt(trie, slot);
  if (before === undefined) return trie;
  const child = removeFrom(before, hash, key, shift + BITS);
  return child === null ? withoutChild(trie, slot) : withChild(trie, slot, child);
};

/** The trie without a key that is in it, and whose hash this is. */
export const remove = <K, V>(trie: HashTrie<K, V>, hash: number, key: K): HashTrie<K, V> =>
  trie === null ? null : removeFrom(trie, hash, key, 0);
