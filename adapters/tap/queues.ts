// Several queues of one TAP or TUN, each with a descriptor of its own (IFF_MULTI_QUEUE), and the program that
// chooses between them: linux/if_tun.h, Documentation/networking/tuntap.rst section 3.3.

import * as E from 'fp-ts/lib/Either.js';
import { explainErrno } from '../linux/errno.ts';
import { libc } from '../linux/libc.ts';
import { loadProgram } from '../steering/kernel.ts';

const TUNSETSTEERINGEBPF = 0x800454e0;

/** How frames are shared out among queues. */
export interface Queues {
  /** At least 2. */
  readonly count: number;
  /** What chooses a frame's queue: instructions of eBPF, whose result is taken modulo the count. */
  readonly program: Buffer;
}

/** Has the interface behind a descriptor choose queues by a program; says why it cannot, or null. */
export const steer = (descriptor: number, program: Buffer): string | null => {
  const c = libc();
  const loaded = loadProgram(program);
  if (E.isLeft(loaded)) return loaded.left;
  const argument = Buffer.alloc(4);
  argument.writeInt32LE(loaded.right);
  const failed = c.ioctl(descriptor, TUNSETSTEERINGEBPF, argument) < 0 ? c.errno() : 0;
  // The interface keeps it.
  c.close(loaded.right);
  return failed === 0
    ? null
    : `the kernel does not let a program choose queues (${explainErrno(failed)}): Linux 4.16 or newer does`;
};

/** One queue after the first more and more, up to `count`; or why one cannot be had, and then none stays open. */
export const addQueues = (
  first: number,
  count: number,
  open: () => E.Either<string, number>,
): E.Either<string, readonly number[]> => {
  const descriptors = [first];
  while (descriptors.length < count) {
    const next = open();
    if (E.isLeft(next)) {
      for (const descriptor of descriptors.slice(1)) libc().close(descriptor);
      return next;
    }
    descriptors.push(next.right);
  }
  return E.right(descriptors);
};
