// Gives privileges up for good: credentials(7), capabilities(7). libc's functions do so on every thread of the
// process, which the system calls do not (nptl(7)).
import { chownSync, readFileSync, readdirSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { explainErrno } from './errno.ts';
import { libc, sentence } from './libc.ts';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** `struct passwd`: two pointers, then the numbers. */
const PASSWD_LENGTH = 24;
const UID = 16;
const GID = 20;

/** The numbers of a user and its group, as the system's name service knows them; null: there is no such user. */
export const userNamed = (name: string): User | null => {
  const { library } = libc();
  const entry = Buffer.alloc(PASSWD_LENGTH);
  const found = library.func('getpwnam', 'uintptr_t', ['str'])(name) as number | bigint;
  if (Number(found) === 0) return null;
  library.func('memcpy', 'uintptr_t', ['void *', 'uintptr_t', 'size_t'])(
    entry,
    found,
    entry.length,
  );
  return { uid: entry.readUInt32LE(UID), gid: entry.readUInt32LE(GID) };
};

const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;
/** More than there are, capability.h: what a kernel does not know it refuses. */
const MOST_CAPABILITIES = 64;
/** `struct __user_cap_header_struct` of version 3, and two of `__user_cap_data_struct`. */
const CAPABILITY_VERSION = 0x20080522;
const HEADER_LENGTH = 8;
const DATA_LENGTH = 24;
const INHERITABLE = [8, 20];

/**
 * What a program could have again that this thread starts: nothing of it is left. Other threads keep theirs, as no
 * function of libc reaches them here, but they start no programs. Where it is not allowed, the rest is enough.
 */
const forbidReturn = (): void => {
  const c = libc();
  const { library } = c;
  const prctl = library.func('prctl', 'int', ['int', ...Array<string>(4).fill('unsigned long')]);
  for (let one = 0; one < MOST_CAPABILITIES; one++) prctl(PR_CAPBSET_DROP, one, 0, 0, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const [header, data] = [Buffer.alloc(HEADER_LENGTH), Buffer.alloc(DATA_LENGTH)];
  header.writeUInt32LE(CAPABILITY_VERSION);
  const both = ['uintptr_t', 'uintptr_t'];
  const addresses = [c.addressOf(header), c.addressOf(data)] as const;
  if ((library.func('capget', 'int', both)(...addresses) as number) < 0) return;
  for (const at of INHERITABLE) data.writeUInt32LE(0, at);
  library.func('capset', 'int', both)(...addresses);
};

const TASKS = '/proc/self/task';
const CAPABILITIES = ['CapPrm', 'CapEff', 'CapAmb'];

/** What a thread's status says of a key: `Uid`, `CapEff` and so on. */
const fieldsOf = (status: string, key: string): readonly string[] =>
  (new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '').split(/\s+/);

/** Whether the thread is the user's in every respect, and can do nothing that other users cannot. */
const isPlain = (status: string, { uid, gid }: User): boolean =>
  fieldsOf(status, 'Uid').every((one) => Number(one) === uid) &&
  fieldsOf(status, 'Gid').every((one) => Number(one) === gid) &&
  CAPABILITIES.every((key) => fieldsOf(status, key).every((set) => /^0+$/.test(set)));

/** A thread that still has privileges, by its number; undefined: none has. A thread that ends meanwhile has none. */
const privilegedThread = (user: User): string | undefined =>
  readdirSync(TASKS).find((thread) => {
    try {
      return !isPlain(readFileSync(`${TASKS}/${thread}/status`, 'latin1'), user);
    } catch {
      return false;
    }
  });

/**
 * The whole process becomes the user `name`, with all its groups and without any capability; `files` become that
 * user's, too. Fails with a sentence where it cannot: then the process may have a part of its privileges still,
 * and must not go on.
 */
export const becomeUser = (name: string, files: readonly string[] = []): E.Either<string, User> => {
  try {
    const user = userNamed(name);
    if (user === null) return E.left(`there is no user ${name} on this system`);
    const { uid, gid } = user;
    for (const file of files) chownSync(file, uid, gid);
    // In this order: who is not root any more may not choose groups.
    if ((libc().library.func('initgroups', 'int', ['str', 'uint'])(name, gid) as number) < 0)
      return E.left(
        `cannot take the groups of ${name} (${explainErrno(libc().errno())}): start as root, or without user`,
      );
    forbidReturn();
    process.setgid?.(gid);
    process.setuid?.(uid);
    const thread = privilegedThread(user);
    return thread === undefined || uid === 0
      ? E.right(user)
      : E.left(`cannot give all privileges up to become ${name} (thread ${thread} keeps some)`);
  } catch (error) {
    return E.left(`cannot become user ${name}: ${sentence(error)}; start as root, or without user`);
  }
};
