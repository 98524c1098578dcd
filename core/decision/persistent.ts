// A persistent dictionary: a hash trie of 32-way nodes, so that a change costs a path, not a copy of all.
// (Phil Bagwell, "Ideal Hash Trees", 2001.)

import type { Dictionary } from './dictionary.ts';

interface Leaf<K, V> {
  readonly kind: 'leaf';
  readonly hash: number;
  /** More than one where hashes are equal. */
  readonly entries: readonly (readonly [K, V])[];
}

interface Branch<K, V> {
  readonly kind: 'branch';
  /** Which of the 32 children are there; `children` holds only those, in order. */
  readonly bitmap: number;
  readonly children: readonly Trie<K, V>[];
}

type Trie<K, V> = Leaf<K, V> | Branch<K, V>;

const BITS = 5;
const MASK = 31;

/** FNV-1a over the text of the key. */
const hashOf = (key: string | number): number => {
  const text = String(key);
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
};

const popCount = (bits: number): number => {
  let rest = bits;
  let count = 0;
  for (; rest !== 0; count++) rest &= rest - 1;
  return count;
};

const bitOf = (hash: number, shift: number): number => 1 << ((hash >>> shift) & MASK);

const find = <K, V>(trie: Trie<K, V> | null, hash: number, key: K): V | undefined => {
  let here = trie;
  for (let shift = 0; here !== null; shift += BITS) {
    if (here.kind === 'leaf')
      return here.hash === hash ? here.entries.find(([k]) => k === key)?.[1] : undefined;
    const bit = bitOf(hash, shift);
    if ((here.bitmap & bit) === 0) return undefined;
    here = here.children[popCount(here.bitmap & (bit - 1))] ?? null;
  }
  return undefined;
};

/** Two leaves of different hashes under as many branches as their hashes agree. */
const join = <K, V>(a: Leaf<K, V>, b: Leaf<K, V>, shift: number): Trie<K, V> => {
  const bitA = bitOf(a.hash, shift);
  const bitB = bitOf(b.hash, shift);
  if (bitA === bitB) return { kind: 'branch', bitmap: bitA, children: [join(a, b, shift + BITS)] };
  const inOrder = ((a.hash >>> shift) & MASK) < ((b.hash >>> shift) & MASK);
  return { kind: 'branch', bitmap: bitA | bitB, children: inOrder ? [a, b] : [b, a] };
};

const insert = <K, V>(
  trie: Trie<K, V> | null,
  leaf: Leaf<K, V>,
  key: K,
  shift: number,
): Trie<K, V> => {
  if (trie === null) return leaf;
  if (trie.kind === 'leaf') {
    if (trie.hash !== leaf.hash) return join(trie, leaf, shift);
    return { ...trie, entries: [...trie.entries.filter(([k]) => k !== key), ...leaf.entries] };
  }
  const bit = bitOf(leaf.hash, shift);
  const index = popCount(trie.bitmap & (bit - 1));
  const present = (trie.bitmap & bit) !== 0;
  const before = present ? (trie.children[index] ?? null) : null;
  const child = insert(before, leaf, key, shift + BITS);
  const children = trie.children.toSpliced(index, present ? 1 : 0, child);
  return { kind: 'branch', bitmap: trie.bitmap | bit, children };
};

const remove = <K, V>(trie: Trie<K, V>, hash: number, key: K, shift: number): Trie<K, V> | null => {
  if (trie.kind === 'leaf') {
    const entries = trie.entries.filter(([k]) => k !== key);
    return entries.length === 0 ? null : { ...trie, entries };
  }
  const bit = bitOf(hash, shift);
  const index = popCount(trie.bitmap & (bit - 1));
  const before = trie.children[index];
  if ((trie.bitmap & bit) === 0 || before === undefined) return trie;
  const child = remove(before, hash, key, shift + BITS);
  if (child !== null) return { ...trie, children: trie.children.toSpliced(index, 1, child) };
  const children = trie.children.toSpliced(index, 1);
  return children.length === 0 ? null : { kind: 'branch', bitmap: trie.bitmap & ~bit, children };
};

function* valuesOf<K, V>(trie: Trie<K, V> | null): Generator<V, undefined> {
  if (trie === null) return;
  if (trie.kind === 'leaf') for (const [, value] of trie.entries) yield value;
  else for (const child of trie.children) yield* valuesOf(child);
}

const of = <K extends string | number, V>(
  trie: Trie<K, V> | null,
  size: number,
): Dictionary<K, V> => ({
  size,
  get: (key) => find(trie, hashOf(key), key),
  set: (key, value) => {
    const hash = hashOf(key);
    const grows = find(trie, hash, key) === undefined ? 1 : 0;
    return of(insert(trie, { kind: 'leaf', hash, entries: [[key, value]] }, key, 0), size + grows);
  },
  delete: (key) => {
    const hash = hashOf(key);
    if (trie === null || find(trie, hash, key) === undefined) return of(trie, size);
    return of(remove(trie, hash, key, 0), size - 1);
  },
  values: () => valuesOf(trie),
});

/** An empty dictionary of which every change leaves the old one as it was. */
export const persistent = <K extends string | number, V>(): Dictionary<K, V> => of<K, V>(null, 0);
