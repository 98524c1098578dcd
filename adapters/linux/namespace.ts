// Network namespaces: network_namespaces(7), unshare(2), setns(2). A namespace lasts as long as a
// descriptor or a process holds it; nothing is mounted, so nothing can be left behind.
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import * as E from 'fp-ts/lib/Either.js';
import { EPERM, explainErrno } from './errno.ts';
import { bringUp } from './interface.ts';
import { CLONE_NEWNET, O_CLOEXEC, O_RDONLY, libc, sentence } from './libc.ts';

/** The namespace of the calling thread, which is not always that of the process. */
const OWN = '/proc/thread-self/ns/net';

export interface Namespace {
  /** Holds the namespace, and names it to `inside`. Closed on exec. */
  readonly descriptor: number;
  close(): void;
}

const openOwn = (): number => {
  const c = libc();
  const descriptor = c.open(OWN, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw new Error(`cannot open ${OWN} (${explainErrno(c.errno())})`);
  return descriptor;
};

/** Back to where the thread belongs. Failing, it would go on in a place where nothing is what it was. */
const goHome = (home: number): void => {
  const c = libc();
  const failed = c.setns(home, CLONE_NEWNET) < 0 ? c.errno() : 0;
  c.close(home);
  if (failed !== 0)
    throw new Error(`cannot return to the own network namespace (${explainErrno(failed)})`);
};

/**
 * Does `action` with the calling thread inside the namespace, and returns what it returns. `action`
 * must not wait: what it leaves for later runs outside. Throws a sentence where it cannot enter.
 */
export const inside = <A>(namespace: number, action: () => A): A => {
  const c = libc();
  const home = openOwn();
  if (c.setns(namespace, CLONE_NEWNET) < 0) {
    const failed = c.errno();
    c.close(home);
    throw new Error(`cannot enter a network namespace (${explainErrno(failed)})`);
  }
  try {
    return action();
  } finally {
    goHome(home);
  }
};

/** Makes a network namespace, its loopback up; the calling thread stays in its own. */
export const makeNamespace = (): E.Either<string, Namespace> => {
  try {
    const c = libc();
    const home = openOwn();
    if (c.unshare(CLONE_NEWNET) < 0) {
      const failed = c.errno();
      c.close(home);
      const need = failed === EPERM ? ': this needs root, or a user namespace' : '';
      return E.left(`cannot make a network namespace (${explainErrno(failed)})${need}`);
    }
    let descriptor = -1;
    let up: E.Either<string, void>;
    try {
      descriptor = openOwn();
      up = bringUp('lo');
    } finally {
      goHome(home);
    }
    const close = (): void => void c.close(descriptor);
    if (E.isRight(up)) return E.right({ descriptor, close });
    close();
    return up;
  } catch (error) {
    return E.left(sentence(error));
  }
};

/** Where ip-netns(8) keeps the names of namespaces. */
const NAMES = '/run/netns';

/** The namespace of a name, or of a path such as /proc/123/ns/net. */
export const openNamespace = (netns: string): E.Either<string, Namespace> => {
  const c = libc();
  const path = netns.startsWith('/') ? netns : `${NAMES}/${netns}`;
  const descriptor = c.open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return E.left(`cannot open the network namespace ${path} (${explainErrno(c.errno())})`);
  return E.right({ descriptor, close: () => void c.close(descriptor) });
};

/**
 * Starts a program inside the namespace: libuv forks from the calling thread, so the child gets the
 * thread's namespace. As `child_process.spawn` besides.
 */
export const spawnInside = (
  namespace: number,
  command: string,
  argv: readonly string[],
  options: SpawnOptions = {},
): ChildProcess => inside(namespace, () => spawn(command, argv, options));
