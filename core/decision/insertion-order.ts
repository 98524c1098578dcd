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
  /** Places below `WIDTH ** levels` have room. */
  readonly levels: number;
  readonly root: Branch<Place<K>>;
}

export const NO_ORDER: InsertionOrder<never> = { next: 0, levels: 1, root: NO_CHILDREN };

// Places outgrow 32 bits in a simulation that runs long enough, so this divides instead of shifting.
const slotOf = (place: number, level: number): number => Math.floor(place / WIDTH ** level) % WIDTH;

const put = <K>(
  branch: Branch<Place<K>>,
  level: number,
  place: number,
  key: K,
): Branch<Place<K>> => {
  const slot = slotOf(place, level);
  if (level === 0) return withChild(branch, slot, { kind: 'holder', key });
  const child = childAt(branch, slot);
  const below = child?.kind === 'branch' ? child : NO_CHILDREN;
  return withChild(branch, slot, put(below, level - 1, place, key));
};

/** The order with `key` at its end, at the place that was `next`. */
export const append = <K>({ next, levels, root }: InsertionOrder<K>, key: K): InsertionOrder<K> => {
  if (next < WIDTH ** levels)
    return { next: next + 1, levels, root: put(root, levels - 1, next, key) };
  return append({ next, levels: levels + 1, root: withChild<Place<K>>(NO_CHILDREN, 0, root) }, key);
};

const without = <K>(
  branch: Branch<Place<K>>,
  level: number,
  place: number,
): Branch<Place<K>> | null => {
  const slot = slotOf(place, level);
  const child = childAt(branch, slot);
  if (child === undefined) return branch;
  const rest = child.kind === 'branch' ? without(child, level - 1, place) : null;
  return rest === null ? withoutChild(branch, slot) : withChild(branch, slot, rest);
};

/** The order without the key at `place`. */
export const vacate = <K>(order: InsertionOrder<K>, place: number): InsertionOrder<K> => {
  const root = without(order.root, order.levels - 1, place);
  return root === null ? NO_ORDER : { ...order, root };
};

/** The key that came longest ago. */
export const first = <K>({ root }: InsertionOrder<K>): K | undefined => {
  let here: Place<K> | undefined = root;
  while (here?.kind === 'branch') here = here.children[0];
  return here?.key;
};

function* below<K>(place: Place<K>): Generator<K, undefined> {
  if (place.kind === 'holder') yield place.key;
  else for (const child of place.children) yield* below(child);
}

/** The keys, first come first. */
export const inOrder = <K>({ root }: InsertionOrder<K>): Generator<K, undefined> => below(root);
