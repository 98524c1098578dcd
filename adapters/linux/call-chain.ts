// A child process that makes a few calls of libc, one after another, and runs none of our code: clone(2)
// with contexts of makecontext(3) for its steps. Node has many threads, and after a fork only the one
// that forked is there: JavaScript in the child could wait for a thread that is no more.
import * as E from 'fp-ts/lib/Either.js';
import { explainErrno } from './errno.ts';
import { libc } from './libc.ts';

/** A function of libc by name, with its arguments: numbers, or addresses. */
export type Call = readonly [name: string, ...args: readonly number[]];

const SIGCHLD = 17;
/** Room for a `ucontext_t`: 968 bytes on x86-64, 4560 on arm64; and for the stack after it. */
const CONTEXT_LENGTH = 8192;
const STACK_LENGTH = 32768;
/** Places in `ucontext_t`, the same on both: what runs next, the stack, its size. */
const NEXT = 8;
const STACK = 16;
const STACK_SIZE = 32;

/** Lays the calls out as contexts, the last one first; gives the address of the first one's. */
const layOut = (calls: readonly Call[], memory: Buffer): number => {
  const c = libc();
  const getcontext = c.library.func('getcontext', 'int', ['uintptr_t']);
  const makecontext = c.library.func('void makecontext(uintptr_t, uintptr_t, int, ...)');
  const start = c.addressOf(memory);
  let next = 0;
  for (let index = calls.length - 1; index >= 0; index--) {
    const [name, ...args] = calls[index] as Call;
    const at = index * (CONTEXT_LENGTH + STACK_LENGTH);
    getcontext(start + at);
    memory.writeBigUInt64LE(BigInt(next), at + NEXT);
    memory.writeBigUInt64LE(BigInt(start + at + CONTEXT_LENGTH), at + STACK);
    memory.writeBigUInt64LE(BigInt(STACK_LENGTH), at + STACK_SIZE);
    const typed = args.flatMap((argument) => ['uintptr_t', argument]);
    makecontext(start + at, c.library.symbol(name), args.length, ...typed);
    next = start + at;
  }
  return next;
};

/**
 * Starts the child in new namespaces, as `flags` (CLONE_NEW...) say. It gets a copy of all memory, makes
 * the calls whatever each returns, and ends; the last should be `_exit`, or an `execve` and then `_exit`.
 * Gives its process id, for `waitpid`; fails with the error of clone.
 */
export const startChain = (flags: number, calls: readonly Call[]): E.Either<string, number> => {
  const c = libc();
  const memory = Buffer.alloc(calls.length * (CONTEXT_LENGTH + STACK_LENGTH) + STACK_LENGTH);
  const clone = c.library.func('clone', 'int', ['uintptr_t', 'uintptr_t', 'int', 'uintptr_t']);
  const first = layOut(calls, memory);
  const top = c.addressOf(memory) + memory.length;
  const child = clone(c.library.symbol('setcontext'), top, flags | SIGCHLD, first) as number;
  const started = child > 0 ? E.right(child) : E.left(explainErrno(c.errno()));
  // Only its address was used: this keeps it until the child has its copy.
  memory.fill(0);
  return started;
};

/** A text as C has it, at the address given; `kept` holds it, and must be in use until the child is there. */
export const cText = (text: string, kept: Buffer[]): number => {
  const bytes = Buffer.from(`${text}\0`);
  kept.push(bytes);
  return libc().addressOf(bytes);
};

/** A list of texts, with a null pointer at its end. */
export const cTexts = (texts: readonly string[], kept: Buffer[]): number => {
  const pointers = Buffer.alloc((texts.length + 1) * 8);
  texts.forEach((text, index) => pointers.writeBigUInt64LE(BigInt(cText(text, kept)), index * 8));
  kept.push(pointers);
  return libc().addressOf(pointers);
};
