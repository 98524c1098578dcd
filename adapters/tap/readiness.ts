// Waits until a device has frames, without holding the event loop up: one poll(2) on a thread of libuv's
// pool over all descriptors and an eventfd(2), by which it is woken.
import { explainErrno } from '../linux/errno.ts';
import {
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  libc,
} from '../linux/libc.ts';

export interface Readiness {
  /**
   * Waits until a descriptor can be read, for `timeoutMs` at most (Infinity: for ever), and gives the
   * places of those that can, in the list given at the start. None: woken, closed, or time is up. One
   * wait at a time.
   */
  wait(timeoutMs: number): Promise<readonly number[]>;
  /** Ends the wait under way, or the next one if none is. */
  wake(): void;
  /** Ends the wait under way, and for good. Descriptors stay their owners'; close those afterwards. */
  close(): void;
}

/** `struct pollfd`: descriptor in 4 bytes, events asked for and found in 2 each. */
const POLLFD_LENGTH = 8;
const EVENTS = 4;
const FOUND = 6;
const LONGEST_WAIT = 0x7fffffff;
const NOBODY = -1;

const pollTimeout = (timeoutMs: number): number =>
  timeoutMs > LONGEST_WAIT ? -1 : Math.max(0, Math.ceil(timeoutMs));

/**
 * Watches the descriptors. `errors` says what an error is: `final`, told once and not watched any more; or
 * `passing`, as with sockets that have an error queue, told until whoever hears has taken it. Throws a
 * sentence where the kernel gives no eventfd.
 */
export const makeReadiness = (
  descriptors: readonly number[],
  errors: 'final' | 'passing' = 'final',
): Readiness => {
  const c = libc();
  const bell = c.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (bell < 0) throw new Error(`cannot make an eventfd (${explainErrno(c.errno())})`);

  const final = POLLHUP | POLLNVAL | (errors === 'final' ? POLLERR : 0);
  const count = descriptors.length + 1;
  const entries = Buffer.alloc(count * POLLFD_LENGTH);
  const address = c.addressOf(entries);
  [bell, ...descriptors].forEach((descriptor, index) => {
    entries.writeInt32LE(descriptor, index * POLLFD_LENGTH);
    entries.writeInt16LE(POLLIN, index * POLLFD_LENGTH + EVENTS);
  });
  // The eventfd's number of eight bytes: what is added, and where it is read to.
  const one = Buffer.alloc(8);
  one.writeBigUInt64LE(1n);
  const rung = Buffer.alloc(8);
  const oneAddress = c.addressOf(one);
  const rungAddress = c.addressOf(rung);

  /** Entries that the last wait found in error. */
  const inError = new Set<number>();
  let waiting = false;
  let closed = false;
  // Asked by a function, as the compiler takes a variable for unchanged across `await`.
  const isClosed = (): boolean => closed;

  const wake = (): void => {
    if (!closed) c.write(bell, oneAddress, one.length);
  };

  // At its end the process joins the pool's threads: a poll under way would keep it for ever.
  process.on('exit', wake);

  const release = (): void => {
    process.off('exit', wake);
    c.close(bell);
  };

  const found = (): number[] => {
    const ready: number[] = [];
    for (let index = 1; index < count; index++) {
      const entry = index * POLLFD_LENGTH;
      const events = entries.readInt16LE(entry + FOUND);
      if (events === 0) {
        inError.delete(index);
        continue;
      }
      ready.push(index - 1);
      // The next read finds out about an error, and takes it from a socket whose interface is down. One that
      // stays nothing mends: told again and again it would make every wait return at once.
      const isError = (events & final) !== 0;
      if (isError && inError.has(index)) entries.writeInt32LE(NOBODY, entry);
      if (isError) inError.add(index);
      else inError.delete(index);
    }
    return ready;
  };

  const wait = async (timeoutMs: number): Promise<readonly number[]> => {
    if (isClosed()) return [];
    if (waiting) throw new Error('a wait is under way already');
    waiting = true;
    const ready = await c.pollAsync(address, count, pollTimeout(timeoutMs));
    waiting = false;
    if (isClosed()) {
      release();
      return [];
    }
    // Fewer than none: a signal came between.
    if (ready <= 0) return [];
    if (entries.readInt16LE(FOUND) !== 0) c.read(bell, rungAddress, rung.length);
    return found();
  };

  const close = (): void => {
    if (closed) return;
    wake();
    closed = true;
    if (!waiting) release();
  };

  return { wait, wake, close };
};
