// Programs of eBPF in the kernel: bpf(2).

import { arch } from 'node:process';
import * as E from 'fp-ts/lib/Either.js';
import { EPERM, explainErrno } from '../linux/errno.ts';
import { libc } from '../linux/libc.ts';

/** Its number among the system calls (asm/unistd.h). */
const SYS_BPF: Readonly<Record<string, number>> = { x64: 321, arm64: 280 };
const PROG_LOAD = 5;
const PROG_TEST_RUN = 10;
const SOCKET_FILTER = 1;

/** `union bpf_attr`: zero behind what a command reads. */
const ATTRIBUTES_LENGTH = 128;
const LOG_LENGTH = 65536;
const INSTRUCTION_LENGTH = 8;
/** Helpers of the kernel that only GPL programs may call are not called here; this is the program's own licence. */
const LICENCE = Buffer.from('Apache-2.0\0');

const call = (command: number, attributes: Buffer): number => {
  const c = libc();
  const number = SYS_BPF[arch];
  if (number === undefined) return -1;
  const bpf = c.library.func('syscall', 'long', ['long', 'long', 'uintptr_t', 'long']) as (
    ...args: readonly number[]
  ) => number;
  return bpf(number, command, c.addressOf(attributes), attributes.length);
};

const loadFault = (errno: number, said: string): string => {
  const why = errno === EPERM ? `${explainErrno(errno)}: it needs CAP_BPF` : explainErrno(errno);
  return `the kernel takes no program that chooses queues (${why})${said === '' ? '' : `; its verifier says:\n${said}`}`;
};

/**
 * Loads a program that gets a frame and gives a number. Gives its descriptor, which is to be closed once it is
 * attached; or a sentence, with what the verifier said.
 */
export const loadProgram = (instructions: Buffer): E.Either<string, number> => {
  const c = libc();
  if (SYS_BPF[arch] === undefined)
    return E.left(`it is not known how ${arch} loads a program that chooses queues`);
  const log = Buffer.alloc(LOG_LENGTH);
  const attempt = (level: number): number => {
    const attributes = Buffer.alloc(ATTRIBUTES_LENGTH);
    attributes.writeUInt32LE(SOCKET_FILTER, 0);
    attributes.writeUInt32LE(instructions.length / INSTRUCTION_LENGTH, 4);
    attributes.writeBigUInt64LE(BigInt(c.addressOf(instructions)), 8);
    attributes.writeBigUInt64LE(BigInt(c.addressOf(LICENCE)), 16);
    if (level > 0) {
      attributes.writeUInt32LE(level, 24);
      attributes.writeUInt32LE(log.length, 28);
      attributes.writeBigUInt64LE(BigInt(c.addressOf(log)), 32);
    }
    return call(PROG_LOAD, attributes);
  };
  const loaded = attempt(0);
  if (loaded >= 0) return E.right(loaded);
  const failed = c.errno();
  // Once more, to have the reason in words.
  attempt(1);
  const said = log.toString('latin1', 0, log.indexOf(0)).trim();
  return E.left(loadFault(failed, said));
};

/** A test run takes an Ethernet header off before the program sees the rest. */
const TAKEN_OFF = 14;

/** What a loaded program gives for a frame. Throws where it cannot be tried. */
export const tryProgram = (program: number, frame: Uint8Array): number => {
  const c = libc();
  const input = Buffer.concat([Buffer.alloc(TAKEN_OFF), frame]);
  const attributes = Buffer.alloc(ATTRIBUTES_LENGTH);
  attributes.writeInt32LE(program, 0);
  attributes.writeUInt32LE(input.length, 8);
  attributes.writeBigUInt64LE(BigInt(c.addressOf(input)), 16);
  attributes.writeUInt32LE(1, 32);
  if (call(PROG_TEST_RUN, attributes) < 0)
    throw new Error(`the program does not run (${explainErrno(c.errno())})`);
  // They must live until here: the kernel has read one through the other.
  return input.length > 0 ? attributes.readUInt32LE(4) : 0;
};
