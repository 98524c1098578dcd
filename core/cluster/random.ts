// What is drawn: secrets by HKDF from bytes that nobody can guess, and chances that need not be secret.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u32 } from '../wire/bytes.ts';
import type { Primitives } from './primitives.ts';
import { Writer } from './wire/writer.ts';

/** `drawn` counts, so that no secret is drawn twice; the seed is drawn anew at each start. */
export interface Random {
  readonly seed: ReadonlyBytes;
  readonly drawn: number;
  /** The state of a xorshift generator (Marsaglia, 2003): not 0. */
  readonly chance: number;
}

const NOTHING = new Uint8Array(0);
const INFO = new Writer().ascii('onehost cluster draw').done();

export const randomOf = (seed: ReadonlyBytes): Random => ({
  seed,
  drawn: 0,
  chance: u32(seed, 0) | 1,
});

/** The next secret of `length` bytes. */
export const secretOf = (primitives: Primitives, random: Random, length: number): Uint8Array =>
  primitives.derive(
    random.seed,
    NOTHING,
    new Writer(INFO.length + 6).put(INFO).u48(random.drawn).done(),
    length,
  );

/** The state after `chance`. */
export const nextChance = (chance: number): number => {
  let next = chance;
  next ^= next << 13;
  next ^= next >>> 17;
  next ^= next << 5;
  return next;
};
