// A ring of io_uring(7) whose memory is given: entries are written and completions read there, and one system
// call does the rest. It belongs to the thread that makes it.

import * as E from 'fp-ts/lib/Either.js';
import { EBUSY, EINTR, ENOSYS, EPERM, ETIME, explainErrno } from '../linux/errno.ts';
import { POLLIN, libc } from '../linux/libc.ts';
import * as abi from './abi.ts';

/** Entries that can be prepared before they are submitted. */
export const ENTRIES = 256;
/** Completions that the kernel can tell before they are read. */
const COMPLETIONS = 1024;
const PAGE = 65536;
/** Bytes of memory, from a page on: the entries, then the rings. */
export const RING_BYTES = 2 * PAGE;

/** Room for what only system calls read: parameters, registrations, how long to wait. */
const CALL_BYTES = 256;
const WAIT_AT = 128;
const TIME_AT = WAIT_AT + abi.GETEVENTS_ARG_LENGTH;

/** What came of an entry. `result` is that of the system call it stands for: a negative error number if it failed. */
export type Completed = (token: number, result: number, flags: number) => void;

export interface Ring {
  /**
   * Has the kernel read a descriptor again and again, each time into the next buffer of a group: completions
   * name it. It ends with an error, or when buffers run out (ENOBUFS). A token is a number of 32 bits.
   */
  prepareRead(descriptor: number, group: number, token: number): void;
  /** Has the kernel write `length` bytes at `address` of the process. */
  prepareWrite(descriptor: number, address: number, length: number, token: number): void;
  /** Has it told, each time, that a descriptor can be read. */
  preparePoll(descriptor: number, token: number): void;
  /** Has it give up what is under way on a descriptor. */
  prepareCancel(descriptor: number, token: number): void;
  /** Gives a group its ring of buffers, which lies at `address`, a page; how many it has is a power of two. */
  provide(group: number, address: number, buffers: number): E.Either<string, void>;
  /** Whether there is something to submit, to read, or to be done by the kernel at the next `enter`. */
  readonly hasWork: boolean;
  /** Submits what was prepared, and waits until something completed, for `milliseconds` at most; 0: it does not. */
  enter(milliseconds: number): void;
  /** Reads completions, in their order, and tells how many there were. */
  reap(completed: Completed): number;
  close(): void;
}

/** Why the kernel gives no ring. */
const setupFault = (errno: number): string => {
  if (errno === ENOSYS || errno === EPERM)
    return `io_uring may not be used here (${explainErrno(errno)}): containers and sysctl kernel.io_uring_disabled forbid it`;
  return `io_uring is not what it must be (${explainErrno(errno)}): Linux 6.7 or newer has it`;
};

/**
 * Makes a ring in `bytes`, whose first byte has `address` in the process: {@link RING_BYTES} from `at` on, a
 * page. Left: a sentence that says why there is none.
 */
export const makeRing = (
  buffer: ArrayBuffer,
  address: number,
  at: number,
): E.Either<string, Ring> => {
  const c = libc();
  const call = c.library.func('syscall', 'long', [
    'long',
    'long',
    'long',
    'uintptr_t',
    'uintptr_t',
    'uintptr_t',
    'uintptr_t',
  ]) as (number: number, ...args: readonly number[]) => number;
  const view = new DataView(buffer);
  const words = new Int32Array(buffer);

  const callBytes = Buffer.alloc(CALL_BYTES);
  const callAddress = c.addressOf(callBytes);
  const entriesAt = at;
  const ringsAt = at + PAGE;
  const flags =
    abi.SETUP_CQSIZE |
    abi.SETUP_SUBMIT_ALL |
    abi.SETUP_SINGLE_ISSUER |
    abi.SETUP_DEFER_TASKRUN |
    abi.SETUP_TASKRUN_FLAG |
    abi.SETUP_NO_MMAP |
    abi.SETUP_NO_SQARRAY;
  callBytes.writeUInt32LE(COMPLETIONS, abi.PARAMS_CQ_ENTRIES);
  callBytes.writeUInt32LE(flags, abi.PARAMS_FLAGS);
  callBytes.writeBigUInt64LE(BigInt(address + entriesAt), abi.SQ_OFFSETS + abi.OF_USER_ADDRESS);
  callBytes.writeBigUInt64LE(BigInt(address + ringsAt), abi.CQ_OFFSETS + abi.OF_USER_ADDRESS);
  const descriptor = call(abi.IO_URING_SETUP, ENTRIES, callAddress, 0, 0, 0, 0);
  if (descriptor < 0) return E.left(setupFault(c.errno()));

  /** A field of the rings as an index into `words`, which `Atomics` reads and writes. */
  const wordOf = (offsets: number, field: number): number =>
    (ringsAt + callBytes.readUInt32LE(offsets + field)) >>> 2;
  const submissionTail = wordOf(abi.SQ_OFFSETS, abi.OF_TAIL);
  const submissionFlags = wordOf(abi.SQ_OFFSETS, abi.OF_SQ_FLAGS);
  const completionHead = wordOf(abi.CQ_OFFSETS, abi.OF_HEAD);
  const completionTail = wordOf(abi.CQ_OFFSETS, abi.OF_TAIL);
  const completionsAt = ringsAt + callBytes.readUInt32LE(abi.CQ_OFFSETS + abi.OF_CQES);
  callBytes.fill(0);
  callBytes.writeBigUInt64LE(BigInt(callAddress + TIME_AT), WAIT_AT + abi.GETEVENTS_TIME);

  let tail = 0;
  let prepared = 0;
  let head = 0;

  const submit = (least: number, flagged: number, argument: number, size: number): void => {
    const done = call(abi.IO_URING_ENTER, descriptor, prepared, least, flagged, argument, size);
    if (done >= 0) {
      prepared -= done;
      return;
    }
    // Time was up, a signal came, or completions wait to be read first: nothing is lost.
    const failed = c.errno();
    if (failed === ETIME || failed === EINTR || failed === EBUSY) return;
    throw new Error(`io_uring_enter failed (${explainErrno(failed)})`);
  };

  const enter = (milliseconds: number): void => {
    Atomics.store(words, submissionTail, tail);
    if (milliseconds <= 0) {
      submit(0, abi.ENTER_GETEVENTS, 0, 0);
      return;
    }
    const whole = Math.floor(milliseconds / 1000);
    callBytes.writeBigInt64LE(BigInt(whole), TIME_AT);
    const rest = Math.ceil((milliseconds - whole * 1000) * 1e6);
    callBytes.writeBigInt64LE(BigInt(rest), TIME_AT + 8);
    const asked = abi.ENTER_GETEVENTS | abi.ENTER_EXT_ARG;
    submit(1, asked, callAddress + WAIT_AT, abi.GETEVENTS_ARG_LENGTH);
  };

  /** The place of a new entry, empty. */
  const entry = (opcode: number, target: number, token: number): number => {
    if (prepared >= ENTRIES) enter(0);
    if (prepared >= ENTRIES) throw new Error('io_uring takes no more entries');
    const place = entriesAt + (tail & (ENTRIES - 1)) * abi.SQE_LENGTH;
    words.fill(0, place >>> 2, (place + abi.SQE_LENGTH) >>> 2);
    view.setUint8(place + abi.SQE_OPCODE, opcode);
    view.setInt32(place + abi.SQE_DESCRIPTOR, target, true);
    view.setUint32(place + abi.SQE_USER_DATA, token, true);
    tail = (tail + 1) | 0;
    prepared++;
    return place;
  };

  const putAddress = (place: number, value: number): void => {
    view.setUint32(place, value >>> 0, true);
    view.setUint32(place + 4, Math.floor(value / 0x100000000), true);
  };

  const ring: Ring = {
    prepareRead: (target, group, token) => {
      const place = entry(abi.OP_READ_MULTISHOT, target, token);
      view.setUint8(place + abi.SQE_FLAGS, abi.SQE_BUFFER_SELECT);
      view.setUint16(place + abi.SQE_BUFFER_GROUP, group, true);
    },
    prepareWrite: (target, from, length, token) => {
      const place = entry(abi.OP_WRITE, target, token);
      putAddress(place + abi.SQE_ADDRESS, from);
      view.setUint32(place + abi.SQE_LENGTH_FIELD, length, true);
    },
    preparePoll: (target, token) => {
      const place = entry(abi.OP_POLL_ADD, target, token);
      view.setUint32(place + abi.SQE_LENGTH_FIELD, abi.POLL_ADD_MULTI, true);
      view.setUint32(place + abi.SQE_OPERATION_FLAGS, POLLIN, true);
    },
    prepareCancel: (target, token) => {
      const place = entry(abi.OP_ASYNC_CANCEL, target, token);
      view.setUint32(place + abi.SQE_OPERATION_FLAGS, abi.CANCEL_ALL | abi.CANCEL_DESCRIPTOR, true);
    },
    provide: (group, place, buffers) => {
      const registration = Buffer.alloc(abi.BUF_REG_LENGTH);
      registration.writeBigUInt64LE(BigInt(place), 0);
      registration.writeUInt32LE(buffers, abi.BUF_REG_ENTRIES);
      registration.writeUInt16LE(group, abi.BUF_REG_GROUP);
      const asked = c.addressOf(registration);
      const answer = call(
        abi.IO_URING_REGISTER,
        descriptor,
        abi.REGISTER_PBUF_RING,
        asked,
        1,
        0,
        0,
      );
      return answer < 0
        ? E.left(`io_uring takes no ring of buffers (${explainErrno(c.errno())})`)
        : E.right(undefined);
    },
    get hasWork() {
      return (
        prepared > 0 ||
        Atomics.load(words, completionTail) !== head ||
        (Atomics.load(words, submissionFlags) & (abi.SQ_TASKRUN | abi.SQ_CQ_OVERFLOW)) !== 0
      );
    },
    enter,
    reap: (completed) => {
      const until = Atomics.load(words, completionTail);
      const count = (until - head) | 0;
      while (head !== until) {
        const place = completionsAt + (head & (COMPLETIONS - 1)) * abi.CQE_LENGTH;
        const token = view.getUint32(place, true);
        const result = view.getInt32(place + abi.CQE_RESULT, true);
        const told = view.getUint32(place + abi.CQE_FLAGS, true);
        head = (head + 1) | 0;
        // Told at once: what is prepared in the meantime may have the kernel tell more.
        Atomics.store(words, completionHead, head);
        completed(token, result, told);
      }
      return count;
    },
    close: () => {
      c.close(descriptor);
    },
  };
  return E.right(ring);
};
