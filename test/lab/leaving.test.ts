// What is left when a process that has devices, hosts and waits ends in each of the ways it can end.
// The processes run the built adapters: `npm run build` comes first.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { makeWorld } from '../../adapters/demo/world.ts';

const built = new URL('../../dist/adapters/', import.meta.url);

/** Why namespaces, TAPs or the built adapters cannot be had here; null where they can. */
const missing = (): string | null => {
  if (!existsSync(new URL('demo/world.js', built))) return 'the adapters are not built';
  const world = makeWorld([{ name: 'try', address: '10.0.0.1/24', interface: 'eth0' }]);
  if (E.isLeft(world)) return world.left;
  world.right.dispose();
  return null;
};
const why = missing();
if (why !== null) console.info(`laboratory, ways of leaving: not run, ${why}`);

const most = '/proc/sys/user/max_user_namespaces';
const nested = why === null && existsSync(most) && Number(readFileSync(most, 'utf8')) > 0;
if (why === null && !nested) console.info('laboratory, user namespaces: not run, there are none');

interface Outcome {
  readonly code: number | null;
  /** Complete when the last process that held the stream has ended. */
  readonly said: string;
}

/** Runs a module in a process of its own. `heard` gets what it said so far, and its process id. */
const runModule = (
  text: string,
  heard: (said: string, pid: number) => void = () => undefined,
): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const argv = ['--input-type=module', '-e', text.replaceAll('BUILT/', built.href)];
    const child = spawn(process.execPath, argv, {
      stdio: ['ignore', 'pipe', 'ignore'],
      // One that does not end is a failure, and is not left behind.
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      heard(said, child.pid ?? 0);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });

const WAITING = `import { makeReadiness } from 'BUILT/tap/readiness.js';
  const readiness = makeReadiness([]);
  readiness.wait(Infinity).then(() => console.log('ended'));`;

describe.runIf(why === null)('a process with a wait under way', () => {
  it('ends by process.exit, by an error and by itself after close', async () => {
    const outcomes = await Promise.all(
      ['process.exit(3)', 'throw new Error()', 'readiness.close()'].map((end) =>
        runModule(`${WAITING} setTimeout(() => { ${end} }, 50);`),
      ),
    );
    expect(outcomes).toEqual([
      { code: 3, said: '' },
      { code: 1, said: '' },
      { code: 0, said: 'ended\n' },
    ]);
  });
});

describe.runIf(why === null)('a world', () => {
  const WORLD = `import { makeWorld } from 'BUILT/demo/world.js';
    const settings = { name: 'alpha', address: '10.77.0.11/24', interface: 'eth0' };
    const world = makeWorld([settings]).right;
    const program = 'console.log("up"); setInterval(() => {}, 1000)';
    world.hosts[0].spawn(process.execPath, ['-e', program], { stdio: 'inherit' });`;

  it('takes its programs along when it is killed', async () => {
    // The program holds the stream too: that this comes to an end shows that it has ended.
    const outcome = await runModule(WORLD, (said, pid) => {
      if (said === 'up\n') process.kill(pid, 'SIGKILL');
    });
    expect(outcome).toEqual({ code: null, said: 'up\n' });
  });

  it('lets the process end once it is disposed of', async () => {
    const outcome = await runModule(`${WORLD} setTimeout(() => world.dispose(), 50);`);
    expect(outcome.code).toBe(0);
  });
});

describe.runIf(nested)('a user namespace', () => {
  const ENTER = `import { enterUserNamespace } from 'BUILT/linux/user-namespace.js';
    const enter = async (program) =>
      console.log(JSON.stringify(await enterUserNamespace([process.execPath, '-e', program])));`;
  const WHO = JSON.stringify(`const own = fs.readFileSync('/proc/self/uid_map', 'utf8');
    console.log(process.getuid(), own.trim().split(/ +/).join(' '), Object.keys(os.networkInterfaces()));
    process.exitCode = 42;`);

  it('has the program run inside as root, alone, and gives its exit code', async () => {
    const { said } = await runModule(`${ENTER} await enter(${WHO});`);
    expect(said).toBe(`0 0 ${process.geteuid?.() ?? ''} 1 []\n{"_tag":"Right","right":42}\n`);
  });

  it('passes signals on, and gives 128 and the number of the one it ended by', async () => {
    const program = JSON.stringify('console.log("up"); setInterval(() => {}, 1000)');
    const { said } = await runModule(`${ENTER} await enter(${program});`, (heard, pid) => {
      if (heard === 'up\n') process.kill(pid, 'SIGTERM');
    });
    expect(said).toBe('up\n{"_tag":"Right","right":143}\n');
  });

  it('takes the program along when it is killed', async () => {
    const program = JSON.stringify('console.log("up"); setInterval(() => {}, 1000)');
    const outcome = await runModule(`${ENTER} await enter(${program});`, (heard, pid) => {
      if (heard === 'up\n') process.kill(pid, 'SIGKILL');
    });
    expect(outcome).toEqual({ code: null, said: 'up\n' });
  });

  it('says so, and runs nothing, where the user may not have one', async () => {
    // A process that gave up root has its files in /proc closed to it, and mostly no /dev/net/tun.
    const { said } = await runModule(`import { libc } from 'BUILT/linux/libc.js'; ${ENTER}
      libc();
      process.setgid(65534);
      process.setuid(65534);
      await enter(${WHO});`);
    const result = JSON.parse(said) as { _tag: string; left: string };
    expect(result._tag).toBe('Left');
    expect(result.left).toMatch(
      /^(cannot open \/dev\/net\/tun|this system gives no user namespace)/,
    );
  });
});
