// What wakes a thread that sleeps in the kernel: an eventfd(2), known to all threads by its number.

import * as E from 'fp-ts/lib/Either.js';
import { explainErrno } from '../linux/errno.ts';
import { EFD_CLOEXEC, EFD_NONBLOCK, libc } from '../linux/libc.ts';

/** A bell that nobody has rung, as a descriptor; or why there is none. */
export const makeBell = (): E.Either<string, number> => {
  const c = libc();
  const bell = c.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return bell < 0 ? E.left(`cannot make an eventfd (${explainErrno(c.errno())})`) : E.right(bell);
};

/** What rings a bell. */
export const ringerOf = (bell: number): (() => void) => {
  const c = libc();
  const one = Buffer.alloc(8);
  one.writeBigUInt64LE(1n);
  const address = c.addressOf(one);
  return () => void c.write(bell, address, one.length);
};
