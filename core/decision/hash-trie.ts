// A persistent map from hashes to values: a change costs the path to it, not a copy of all.
// (Phil Bagwell, "Ideal Hash Trees", 2001.)

import type { Branch } from './branch.ts';
import { BITS, NO_CHILDREN, WIDTH, childAt, withChild, withoutChild } from './branch.ts';

/** A value, and the others of the same hash: whose value is looked for, its owner must compare. */
export interface Leaf<V> {
  readonly kind: 'leaf';
  /** 32 bits, signed: the engine keeps such numbers without a box. */
  readonly hash: number;
  readonly value: V;
  readonly next: Leaf<V> | null;
}

type Trie<V> = Leaf<V> | Branch<Trie<V>>;
/** Null holds nothing. */
export type HashTrie<V> = Trie<V> | null;

const slotOf = (hash: number, shift: number): number => (hash >>> shift) & (WIDTH - 1);

/** The values of this hash, 32 bits signed. */
export const leafOf = <V>(trie: HashTrie<V>, hash: number): Leaf<V> | null => {
  let here = trie ?? undefined;
  for (let shift = 0; here !== undefined; shift += BITS) {
    if (here.kind === 'leaf') return here.hash === hash ? here : null;
    here = childAt(here, slotOf(hash, shift));
  }
  return null;
};

/** A branch with nothing but this leaf, which the next step puts deeper where hashes agree further. */
const above = <V>(leaf: Leaf<V>, shift: number): Branch<Trie<V>> =>
  withChild<Trie<V>>(NO_CHILDREN, slotOf(leaf.hash, shift), leaf);

const insertInto = <V>(
  trie: Trie<V> | undefined,
  hash: number,
  value: V,
  shift: number,
): Trie<V> => {
  if (trie === undefined) return { kind: 'leaf', hash, value, next: null };
  if (trie.kind === 'leaf' && trie.hash === hash) return { kind: 'leaf', hash, value, next: trie };
  const branch = trie.kind === 'leaf' ? above(trie, shift) : trie;
  const slot = slotOf(hash, shift);
  return withChild(branch, slot, insertInto(childAt(branch, slot), hash, value, shift + BITS));
};

/** The trie with one value more. */
export const insert = <V>(trie: HashTrie<V>, hash: number, value: V): HashTrie<V> =>
  insertInto(trie ?? undefined, hash, value, 0);

/** The same values but for `before`, which is there: `after` in its place, or nothing. */
const chainAfter = <V>(leaf: Leaf<V>, before: V, after: V | null): Leaf<V> | null => {
  const { hash, value, next } = leaf;
  if (value !== before)
    return { kind: 'leaf', hash, value, next: next && chainAfter(next, before, after) };
  return after === null ? next : { kind: 'leaf', hash, value: after, next };
};

const changeIn = <V>(
  trie: Trie<V>,
  hash: number,
  before: V,
  after: V | null,
  shift: number,
): HashTrie<V> => {
  if (trie.kind === 'leaf') return chainAfter(trie, before, after);
  const slot = slotOf(hash, shift);
  const child = childAt(trie, slot);
  if (child === undefined) return trie;
  const changed = changeIn(child, hash, before, after, shift + BITS);
  return changed === null ? withoutChild(trie, slot) : withChild(trie, slot, changed);
};

/** The trie with `after` in place of `before`, a value of this hash that is in it. */
export const replace = <V>(trie: HashTrie<V>, hash: number, before: V, after: V): HashTrie<V> =>
  trie && changeIn(trie, hash, before, after, 0);

/** The trie without `value`, which is in it and has this hash. */
export const remove = <V>(trie: HashTrie<V>, hash: number, value: V): HashTrie<V> =>
  trie && changeIn(trie, hash, value, null, 0);
