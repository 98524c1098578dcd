// Whether this machine has the io_uring that is needed; if not, one line says why.

import * as E from 'fp-ts/lib/Either.js';
import { libc, sentence } from '../../../adapters/linux/libc.ts';
import { RING_BYTES, makeRing } from '../../../adapters/uring/ring.ts';

const PAGE = 65536;

/** Memory for a ring: its page, and what makes it one. */
export const ringMemory = (): { buffer: ArrayBuffer; address: number; at: number } => {
  const buffer = new ArrayBuffer(RING_BYTES + 2 * PAGE);
  const address = libc().addressOf(new Uint8Array(buffer));
  return { buffer, address, at: (PAGE - (address % PAGE)) % PAGE };
};

export const hasRing = (): boolean => {
  let why: string | null = null;
  try {
    const { buffer, address, at } = ringMemory();
    const ring = makeRing(buffer, address, at);
    if (E.isRight(ring)) ring.right.close();
    else why = ring.left;
  } catch (error) {
    why = sentence(error);
  }
  if (why !== null) console.info(`io_uring: not tested, ${why}`);
  return why === null;
};
