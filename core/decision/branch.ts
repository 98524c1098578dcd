// A branch of a trie: room for 32 children, of which only those that are there take space.
// (Phil Bagwell, "Ideal Hash Trees", 2001, section 3.1.)

/** How many bits choose a child. */
export const BITS = 5;
/** How many children a branch has room for. */
export const WIDTH = 32;

export interface Branch<C> {
  readonly kind: 'branch';
  /** Bit s: whether the child in slot s is there; `children` holds those in order. */
  readonly bitmap: number;
  readonly children: readonly C[];
}

export const NO_CHILDREN: Branch<never> = { kind: 'branch', bitmap: 0, children: [] };

/** How many bits are set: of each two, four, eight bits side by side. (Warren, "Hacker's Delight", section 5-1.) */
const popCount = (bits: number): number => {
  const twos = bits - ((bits >>> 1) & 0x55555555);
  const fours = (twos & 0x33333333) + ((twos >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

const has = <C>({ bitmap }: Branch<C>, slot: number): boolean => (bitmap & (1 << slot)) !== 0;

const indexOf = <C>({ bitmap }: Branch<C>, slot: number): number =>
  popCount(bitmap & ((1 << slot) - 1));

/** The child in a slot, 0 to 31. */
export const childAt = <C>(branch: Branch<C>, slot: number): C | undefined =>
  has(branch, slot) ? branch.children[indexOf(branch, slot)] : undefined;

// The engine copies with `slice` in half the time that it takes to splice.
const replaced = <C>(children: readonly C[], index: number, child: C): readonly C[] => {
  const copy = children.slice();
  copy[index] = child;
  return copy;
};

export const withChild = <C>(branch: Branch<C>, slot: number, child: C): Branch<C> => {
  const { bitmap, children } = branch;
  const index = indexOf(branch, slot);
  return has(branch, slot)
    ? { kind: 'branch', bitmap, children: replaced(children, index, child) }
    : {
        kind: 'branch',
        bitmap: bitmap | (1 << slot),
        children: children.toSpliced(index, 0, child),
      };
};

/** The branch without a child that is there; null when it was the last. */
export const withoutChild = <C>(branch: Branch<C>, slot: number): Branch<C> | null =>
  branch.children.length === 1
    ? null
    : {
        kind: 'branch',
        bitmap: branch.bitmap & ~(1 << slot),
        children: branch.children.toSpliced(indexOf(branch, slot), 1),
      };
