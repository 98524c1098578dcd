// The same program again, as root of a user and a network namespace of its own: user_namespaces(7). So
// the laboratory runs without privileges where the system allows it.
import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import { CLONE_DEVICE, TUNSETIFF, tapRequest } from '../tap/attach.ts';
import type { Call } from './call-chain.ts';
import { cText, cTexts, startChain } from './call-chain.ts';
import { explainErrno } from './errno.ts';
import {
  CLONE_NEWNET,
  CLONE_NEWUSER,
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  O_CLOEXEC,
  O_RDWR,
  libc,
  sentence,
} from './libc.ts';

/** Set in the environment of the program inside: there is no going in twice. */
export const INSIDE = 'ONEHOST_USER_NAMESPACE';

const PR_SET_PDEATHSIG = 1;
const PROBE_MS = 2000;
const NEW = CLONE_NEWUSER | CLONE_NEWNET;
/** Passed on to the program inside; Ctrl-C in a terminal reaches it a second time so. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const F_SETFD = 2;
/** Node has its standard streams closed on exec. */
const KEEP_STREAMS: readonly Call[] = [0, 1, 2].map((stream) => ['fcntl', stream, F_SETFD, 0]);
const DIE_WITH_PARENT: Call = ['prctl', PR_SET_PDEATHSIG, constants.signals.SIGKILL];

/** Waits for a child on a thread of the pool; gives its exit code, or 128 and the signal's number. */
const ended = (child: number): Promise<number> => {
  const c = libc();
  const status = Buffer.alloc(4);
  const waitpid = c.library.func('waitpid', 'int', ['int', 'uintptr_t', 'int']);
  return new Promise((resolve) => {
    waitpid.async(child, c.addressOf(status), 0, () => {
      const signal = status.readInt32LE() & 0x7f;
      resolve(signal === 0 ? status.readUInt8(1) : 128 + signal);
    });
  });
};

const kill = (child: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(child, signal);
  } catch {
    // It has ended by itself.
  }
};

/** An eventfd: eight bytes that one process leaves for the other, which waits for them or not. */
const mailbox = (flags: number): number => {
  const descriptor = libc().eventfd(0, EFD_CLOEXEC | flags);
  if (descriptor < 0) throw new Error(`cannot make an eventfd (${explainErrno(libc().errno())})`);
  return descriptor;
};

const refused = (why: string): E.Either<string, never> =>
  E.left(`this system gives no user namespace to this user (${why})`);

/**
 * Tries in a child whether a TAP can be had there: that the namespace can be made does not say so, some
 * systems take the privileges away again. Standard input is closed first, so that the device's
 * descriptor is 0; on success the kernel fills in the name.
 */
const probe = async (): Promise<E.Either<string, void>> => {
  const c = libc();
  const opened = c.open(CLONE_DEVICE, O_RDWR | O_CLOEXEC);
  if (opened < 0)
    return E.left(`cannot open ${CLONE_DEVICE} as this user (${explainErrno(c.errno())})`);
  c.close(opened);
  const kept: Buffer[] = [];
  const pattern = 'oh%d';
  const request = tapRequest(pattern, 'tap');
  const answer = mailbox(EFD_NONBLOCK);
  try {
    const child = startChain(NEW, [
      DIE_WITH_PARENT,
      ['close', 0],
      ['open', cText(CLONE_DEVICE, kept), O_RDWR],
      ['ioctl', 0, TUNSETIFF, c.addressOf(request)],
      ['write', answer, c.addressOf(request), 8],
      ['_exit', 0],
    ]);
    kept.length = 0;
    if (E.isLeft(child)) return refused(child.left);
    const bound = setTimeout(kill, PROBE_MS, child.right, 'SIGKILL');
    const code = await ended(child.right);
    clearTimeout(bound);
    if (code !== 0) return E.left(`a try at a TAP in a user namespace ended with code ${code}`);
    c.read(answer, c.addressOf(request), 8);
  } finally {
    c.close(answer);
  }
  return request.toString('latin1', 0, pattern.length) === pattern
    ? E.left('user namespaces give no right to make TAPs on this system')
    : E.right(undefined);
};

/** The user becomes root inside, and nobody else is there. */
const mapToRoot = (child: number): void => {
  writeFileSync(`/proc/${child}/setgroups`, 'deny');
  writeFileSync(`/proc/${child}/uid_map`, `0 ${process.geteuid?.() ?? 0} 1`);
  writeFileSync(`/proc/${child}/gid_map`, `0 ${process.getegid?.() ?? 0} 1`);
};

/** Starts the program: it waits at `gate` until the parent has mapped the user. */
const start = (argv: readonly string[], gate: number): E.Either<string, number> => {
  const c = libc();
  const kept: Buffer[] = [];
  const environment: NodeJS.ProcessEnv = { ...process.env, [INSIDE]: '1' };
  const texts = Object.entries(environment).map(([name, value]) => `${name}=${value ?? ''}`);
  const opening = Buffer.alloc(8);
  kept.push(opening);
  const child = startChain(NEW, [
    DIE_WITH_PARENT,
    ['read', gate, c.addressOf(opening), opening.length],
    ...KEEP_STREAMS,
    ['execve', cText(argv[0] ?? '', kept), cTexts(argv, kept), cTexts(texts, kept)],
    ['_exit', 127],
  ]);
  kept.length = 0;
  return child;
};

const run = async (argv: readonly string[]): Promise<E.Either<string, number>> => {
  const possible = await probe();
  if (E.isLeft(possible)) return possible;
  const c = libc();
  const gate = mailbox(0);
  const child = start(argv, gate);
  if (E.isLeft(child)) {
    c.close(gate);
    return refused(child.left);
  }
  const end = (): void => kill(child.right, 'SIGKILL');
  const pass = (signal: NodeJS.Signals): void => kill(child.right, signal);
  process.on('exit', end);
  PASSED_ON.forEach((signal) => process.on(signal, pass));
  const code = ended(child.right);
  try {
    mapToRoot(child.right);
    const opening = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
    c.write(gate, c.addressOf(opening), opening.length);
    return E.right(await code);
  } catch (error) {
    end();
    await code;
    return refused(sentence(error));
  } finally {
    PASSED_ON.forEach((signal) => process.off(signal, pass));
    process.off('exit', end);
    c.close(gate);
  }
};

/**
 * Runs `argv` (the program's file first) as root of a user and a network namespace of its own, waits for
 * its end and gives its exit code; its standard streams are this process's, and it dies with this one.
 * Fails with a sentence, before anything of it has run, where namespaces or TAPs cannot be had so.
 */
export const enterUserNamespace = async (
  argv: readonly string[],
): Promise<E.Either<string, number>> => {
  if (process.env[INSIDE] !== undefined) return E.left('this is a user namespace already');
  try {
    return await run(argv);
  } catch (error) {
    return E.left(sentence(error));
  }
};
