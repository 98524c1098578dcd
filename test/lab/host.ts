// A host of the laboratory: a network namespace in which real programs run.
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { inside, makeNamespace, spawnInside } from '../../adapters/linux/namespace.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Host {
  readonly name: string;
  /** Path of the namespace, for `ip link … netns PATH`. */
  readonly path: string;
  /** Does `action` with this thread in the host's namespace; it must not wait. */
  inside<A>(action: () => A): A;
  /** Commands of iproute2, one a line. Throws with what ip says. */
  ip(commands: string): void;
  /** Runs a program to its end. */
  run(command: string, ...argv: readonly string[]): Promise<Outcome>;
  /** Starts a program that goes on; it ends with the host, or with this process, at the latest. */
  start(command: string, ...argv: readonly string[]): ChildProcess;
  /** The same for a program that gets these open files besides, as its descriptors from 3 on. */
  startWith(
    descriptors: readonly number[],
    command: string,
    ...argv: readonly string[]
  ): ChildProcess;
  /** Kills the programs and lets the namespace go. */
  dispose(): void;
}

/** Longest a program may take that runs to its end, milliseconds. */
const PATIENCE = 30_000;

/** Kernel settings, by the namespace of the thread. IPv6 hosts speak without being asked. */
const KEEP_QUIET = ['all', 'default'].map((name) => `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`);

const disableIpv6 = (): void => {
  for (const path of KEEP_QUIET)
    try {
      writeFileSync(path, '1');
    } catch {
      // A kernel without IPv6 is quiet by itself.
    }
};

/** What a program says and how it ends. */
export const outcomeOf = (child: ChildProcess): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });

/** Makes a host without any link but loopback. Throws a sentence where it cannot be had. */
export const makeHost = (name: string): Host => {
  const made = makeNamespace();
  if (E.isLeft(made)) throw new Error(`host ${name}: ${made.left}`);
  const namespace = made.right;
  const { descriptor } = namespace;
  const children = new Set<ChildProcess>();
  inside(descriptor, disableIpv6);

  const startWith: Host['startWith'] = (descriptors, command, ...argv) => {
    // Killed with its parent: nothing is left behind, however this process ends.
    const leashed = ['--pdeathsig', 'KILL', '--', command, ...argv];
    const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', ...descriptors];
    const child = spawnInside(descriptor, 'setpriv', leashed, { stdio });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const start: Host['start'] = (command, ...argv) => startWith([], command, ...argv);

  return {
    name,
    path: `/proc/${process.pid}/fd/${descriptor}`,
    inside: (action) => inside(descriptor, action),
    ip: (commands) => {
      const done = inside(descriptor, () =>
        spawnSync('ip', ['-batch', '-'], { input: commands, encoding: 'utf8' }),
      );
      if (done.status !== 0) throw new Error(`host ${name}: ip: ${done.stderr}`);
    },
    run: (command, ...argv) => {
      const child = start(command, ...argv);
      child.stdin?.end();
      const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      return outcomeOf(child).finally(() => clearTimeout(late));
    },
    start,
    startWith,
    dispose: () => {
      for (const child of children) child.kill('SIGKILL');
      namespace.close();
    },
  };
};
