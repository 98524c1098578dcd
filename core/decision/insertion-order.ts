// Keys in the order in which they came, as a persistent trie over the numbers of their places: both ends,
// and any place between them, are reached in as many steps as the number has digits to the base 32.

import type { Branch } from './branch.ts';
import { NO_CHILDREN, WIDTH, childAt, withChild, withoutChild } from './branch.ts';

interface Holder<K> {
  readonly kind: 'holder';
  readonly key: K;
}

type Place<K> = Holder<K> | Branch<Place<K>>;

export interface InsertionOrder<K> {
  /** The place of the next key, behind all that are taken; 0 where none is. */
  readonly next: number;
  /** How many places each child of the root has room for: a power of `WIDTH`. */
  readonly unit: number;
  /** The places below the last full multiple of `WIDTH`. */
  readonly root: Branch<Place<K>>;
  /** The others: the next key comes here, and then no path to it needs to be copied. */
  readonly tail: Branch<Place<K>>;
}

export const NO_ORDER: InsertionOrder<never> = {
  next: 0,
  unit: WIDTH,
  root: NO_CHILDREN,
  tail: NO_CHILDREN,
};

// Places outgrow 32 bits in a simulation that runs long enough, so this divides instead of shifting: by a
// power of two that is exact, and `&` takes the last bits of however large a number.
const slotOf = (place: number, unit: number): number => (place / unit) & (WIDTH - 1);

/** Puts a branch of the lowest level where its first place is. */
const put = <K>(
  branch: Branch<Place<K>>,
  unit: number,
  place: number,
  lowest: Branch<Place<K>>,
): Branch<Place<K>> => {
  const slot = slotOf(place, unit);
  if (unit === WIDTH) return withChild<Place<K>>(branch, slot, lowest);
  const child = childAt(branch, slot);
  const below = child?.kind === 'branch' ? child : NO_CHILDREN;
  return withChild(branch, slot, put(below, unit / WIDTH, place, lowest));
};

/** The same order with the tail, which is full, under the root. */
const stowed = <K>({ next, unit, root, tail }: InsertionOrder<K>): InsertionOrder<K> => {
  const place = next - WIDTH;
  if (tail.bitmap === 0) return { next, unit, root, tail };
  if (place < unit * WIDTH)
    return { next, unit, root: put(root, unit, place, tail), tail: NO_CHILDREN };
  return stowed({
    next,
    unit: unit * WIDTH,
    root: withChild<Place<K>>(NO_CHILDREN, 0, root),
    tail,
  });
};

/** The order with `key` at its end, at the place that was `next`. */
export const append = <K>(order: InsertionOrder<K>, key: K): InsertionOrder<K> => {
  const slot = slotOf(order.next, 1);
  const { next, unit, root, tail } = slot === 0 ? stowed(order) : order;
  return { next: next + 1, unit, root, tail: withChild(tail, slot, { kind: 'holder', key }) };
};

const without = <K>(
  branch: Branch<Place<K>>,
  unit: number,
  place: number,
): Branch<Place<K>> | null => {
  const slot = slotOf(place, unit);
  const child = childAt(branch, slot);
  if (child === undefined) return branch;
  const rest = child.kind === 'branch' ? without(child, unit / WIDTH, place) : null;
  return rest === null ? withoutChild(branch, slot) : withChild(branch, slot, rest);
};

/** The order without the key at `place`. */
export const vacate = <K>(
  { next, unit, root, tail }: InsertionOrder<K>,
  place: number,
): InsertionOrder<K> => {
  const inTail = place >= next - 1 - slotOf(next - 1, 1);
  return inTail
    ? { next, unit, root, tail: without(tail, 1, place) ?? NO_CHILDREN }
    : { next, unit, root: without(root, unit, place) ?? NO_CHILDREN, tail };
};

/** The key that came longest ago. */
export const first = <K>({ root, tail }: InsertionOrder<K>): K | undefined => {
  let here: Place<K> | undefined = root.bitmap === 0 ? tail : root;
  while (here?.kind === 'branch') here = here.children[0];
  return here?.key;
};

function* below<K>(place: Place<K>): Generator<K, undefined> {
  if (place.kind === 'holder') yield place.key;
  else for (const child of place.children) yield* below(child);
}

/** The keys, first come first. */
export function* inOrder<K>({ root, tail }: InsertionOrder<K>): Generator<K, undefined> {
  yield* below(root);
  yield* below(tail);
}
