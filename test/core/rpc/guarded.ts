// Bytes that may be looked at from `from` up to `to` only, and that count how often they were.

import type { ReadonlyBytes } from '../../../core/wire/bytes.ts';

export interface Guarded {
  readonly bytes: ReadonlyBytes;
  readonly looks: () => number;
}

/** Any other look than at `length`, or at a byte in range, throws. */
export const guarded = (target: Uint8Array, from = 0, to = target.length): Guarded => {
  let looks = 0;
  const bytes = new Proxy(target, {
    get(_, key) {
      if (key === 'length') return target.length;
      const index = Number(key);
      if (!Number.isInteger(index) || index < from || index >= to)
        throw new RangeError(`looked at ${String(key)}, outside ${from} to ${to}`);
      looks++;
      return target[index];
    },
  });
  return { bytes, looks: () => looks };
};
