// Chance that a seed decides: the same seed, the same run (mulberry32, Ettinger).

export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  }

  /** Whether something happens that happens so often, 0 to 1. */
  happens(often: number): boolean {
    return often > 0 && this.next() < often;
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** A number from `least` up to `most`. */
  within(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  one<A>(list: readonly A[]): A {
    return list[this.whole(0, list.length - 1)] as A;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.whole(0, 255));
  }
}
