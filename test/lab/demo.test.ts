// `onehost demo` as people run it, and what is left after it. The built command: `npm run build` comes first.

import { randomUUID } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { makeWorld } from '../../adapters/demo/world.ts';

const command = fileURLToPath(new URL('../../dist/adapters/cli/main.js', import.meta.url));
const built = existsSync(command);

/** Why the demo cannot have namespaces here; null where it can. */
const missing = (): string | null => {
  const world = makeWorld([{ name: 'try', address: '10.0.0.1/24', interface: 'eth0' }]);
  if (E.isLeft(world)) return world.left;
  world.right.dispose();
  return null;
};
const why = built ? missing() : 'the command is not built';
if (why !== null) console.info(`demo in namespaces: not run, ${why}`);

/** Before a command: it runs as a user without privileges, */
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
/** who has, in mounts of its own, a /dev/net/tun that all may open, as most systems have. */
const WITH_TUN = [
  ...['unshare', '--mount', 'sh', '-c'],
  'mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200 && exec "$@"',
  ...['sh', ...AS_NOBODY],
];
const isRoot = process.geteuid?.() === 0;
const succeeds = ([name = '', ...rest]: readonly string[]): boolean =>
  spawnSync(name, rest, { stdio: 'ignore' }).status === 0;
const nested =
  why === null && isRoot && succeeds([...WITH_TUN, 'unshare', '--user', '--net', '-r', 'true']);
if (why === null && !nested) console.info('demo in a user namespace: not run, there is none');

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly said: string;
  /** Processes of this run when beta was taken away, and those that are there after it. */
  readonly running: readonly string[];
  readonly left: readonly string[];
}

/** In the environment of the demo, and so in that of all that it starts. */
const MARK = 'ONEHOST_DEMO_TEST';

const processesWith = (mark: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      // It has ended, or is another user's.
      return false;
    }
  });

/** Runs the demo; `heard` gets what it said so far. Ends when nobody holds its output any more. */
const runDemo = (
  argv: readonly string[],
  heard: (said: string, child: ChildProcess) => void = () => undefined,
  { nodeOptions = '', prefix = [] as readonly string[] } = {},
): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const mark = `${MARK}=${randomUUID()}`;
    const [name = '', ...rest] = [...prefix, process.execPath, command, 'demo', ...argv];
    const child = spawn(name, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [MARK]: mark, NODE_OPTIONS: nodeOptions },
      timeout: 25_000,
      killSignal: 'SIGKILL',
    });
    let said = '';
    let running: readonly string[] = [];
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (running.length === 0 && said.includes('beta is taken away'))
        running = processesWith(mark);
      heard(said, child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code, signal, said, running, left: processesWith(mark) }),
    );
  });

/** The part of what was said between two of its phases. */
const between = (said: string, from: string, to: string): string =>
  said.slice(said.indexOf(from), said.indexOf(to));

const expectWhole = ({ code, said, left }: Outcome): void => {
  expect({ code, left }, said).toEqual({ code: 0, left: [] });
  const before = between(said, 'All three nodes are active', 'beta is taken away');
  const down = between(said, 'beta is taken away', 'beta comes back');
  for (const node of ['alpha', 'beta', 'gamma', 'gateway']) expect(before).toContain(` ${node} `);
  expect(down).toMatch(/ alpha [^]* gamma /);
  expect(down).toContain('lost with its node');
  expect(down).not.toMatch(/ beta {2,}\d/);
  expect(said.slice(said.indexOf('beta comes back'))).toMatch(/http .* beta +\d/);
  expect(said).toMatch(/\d+ {2}orphan-reset/);
};

/** The demo, the client, the gateway's own server and three nodes'. */
const PROCESSES = 6;

const expectNamespaces = ({ said, running }: Outcome): void => {
  expect(said).toContain('network namespaces');
  expect(said).not.toContain('No namespaces here');
  expect(running.length).toBeGreaterThanOrEqual(PROCESSES);
};

describe.runIf(why === null)('the demo in namespaces', () => {
  it('A19: shows three nodes in turn, goes on without one, and leaves nothing', async () => {
    const interfaces = readdirSync('/sys/class/net');
    const outcome = await runDemo(['--quick']);
    expectWhole(outcome);
    expectNamespaces(outcome);
    expect(readdirSync('/sys/class/net')).toEqual(interfaces);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at %s, twice even, and leaves nothing', async (signal, code) => {
    const interfaces = readdirSync('/sys/class/net');
    const outcome = await runDemo(['--quick'], (said, child) => {
      if (!said.includes('beta is taken away') || said.includes('Stopped')) return;
      child.kill(signal);
      setTimeout(() => child.kill(signal), 1);
    });
    expect(outcome).toMatchObject({ code, signal: null, left: [] });
    expect(outcome.said).toMatch(/Stopped; nothing is left\.\n$/);
    expect(readdirSync('/sys/class/net')).toEqual(interfaces);
  });

  it('leaves nothing when it is killed', async () => {
    const outcome = await runDemo(['--quick'], (said, child) => {
      if (said.includes('beta is taken away')) child.kill('SIGKILL');
    });
    expect(outcome).toMatchObject({ code: null, signal: 'SIGKILL', left: [] });
  });
});

describe.runIf(nested)('the demo of a user without privileges', () => {
  it('is in a user namespace, and leaves nothing', async () => {
    const outcome = await runDemo(['--quick'], undefined, { prefix: WITH_TUN });
    expectWhole(outcome);
    expectNamespaces(outcome);
  });

  it('ends at SIGINT, and leaves nothing', async () => {
    const interrupt = (said: string, child: ChildProcess): void => {
      if (said.includes('beta is taken away')) child.kill('SIGINT');
    };
    const outcome = await runDemo(['--quick'], interrupt, { prefix: WITH_TUN });
    expect(outcome).toMatchObject({ code: 130, signal: null, left: [] });
    expect(outcome.said).toMatch(/Stopped; nothing is left\.\n$/);
  });
});

describe.runIf(built)('the demo in memory', () => {
  it('shows the same', async () => {
    const outcome = await runDemo(['--quick', '--memory']);
    expectWhole(outcome);
    expect(outcome.said).toContain('Made, in memory');
  });

  it('shows the same to a user without privileges', async () => {
    const prefix = isRoot ? AS_NOBODY : [];
    expectWhole(await runDemo(['--quick', '--memory'], undefined, { prefix }));
  });

  it('follows, and says why, where system calls cannot be made', async () => {
    const nodeOptions = `--import=data:text/javascript,${encodeURIComponent(
      `import Module from 'node:module';
       const load = Module._load;
       Module._load = (name, ...rest) => {
         if (name.includes('koffi')) throw new Error('not for this machine');
         return load(name, ...rest);
       };`,
    )}`;
    const outcome = await runDemo(['--quick'], undefined, { nodeOptions });
    expectWhole(outcome);
    expect(outcome.said).toMatch(/^No namespaces here: .*not for this machine.*in memory\.\n/);
  });
});
