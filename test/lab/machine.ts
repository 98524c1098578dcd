// A host of the laboratory as a machine of its own: beside its network it has its own files, name and
// processes. Programs of the system run there unmodified, and what they write is gone with the machine.
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sentence } from '../../adapters/linux/libc.ts';
import type { Host, Outcome } from './host.ts';
import { outcomeOf } from './host.ts';
import { until } from './until.ts';

/** Contents by path. A file is for its owner, root, alone, unless it is below /etc. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Machine {
  readonly host: Host;
  /** Runs a program to its end. */
  run(command: string, ...argv: readonly string[]): Promise<Outcome>;
  /** Starts a program that goes on; what it says is kept. */
  start(command: string, ...argv: readonly string[]): ChildProcess;
  /** What a file of its has; a file that is not there has nothing. */
  read(path: string): Promise<Buffer>;
  /** Resolves when its programs are ready by `ask`; fails with what they have said. */
  ready(what: string, ask: () => Promise<boolean>): Promise<void>;
  /** Resolves when its programs listen on all these ports of a protocol. */
  listening(protocol: 'tcp' | 'udp', ports: readonly number[]): Promise<void>;
  /** Ends all its programs, whatever became of their parents. */
  dispose(): void;
}

/**
 * $1 the host's name, $2 a folder with `root`, empty, and `files`, which come to stand there. The new
 * root is memory; the system's programs are bound into it, its /etc is copied.
 */
const SETTLE = `
mount -t tmpfs tmpfs "$2/root"
cd "$2/root"
mkdir dev etc export home old proc root run sys tmp var var/lib var/lib/nfs var/log var/tmp
chmod 700 root; chmod 1777 tmp var/tmp; ln -s ../run var/run
for tree in bin lib lib32 lib64 sbin usr; do
  if [ -L "/$tree" ]; then cp -P "/$tree" .
  elif [ -d "/$tree" ]; then mkdir "$tree"; mount -o bind,ro "/$tree" "$tree"; fi
done
for tree in dev proc sys; do mount --rbind "/$tree" "$tree"; done
cp -a /etc/. etc
cp -a "$2/files/." .
echo "$1" > proc/sys/kernel/hostname
pivot_root . old
umount -l old
rmdir old
echo settled
exec sleep infinity
`;

const writeFiles = (folder: string, files: Files): void => {
  for (const [path, contents] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents, { mode: path.startsWith('/etc/') ? 0o644 : 0o600 });
  }
};

/** Makes a machine of the host, with these files besides the system's. It ends with the host, at the latest. */
export const makeMachine = async (host: Host, files: Files): Promise<Machine> => {
  const folder = mkdtempSync(join(tmpdir(), 'onehost-machine-'));
  for (const name of ['root', 'files']) mkdirSync(join(folder, name));
  writeFiles(join(folder, 'files'), files);
  const apart = ['--mount', '--uts', '--pid', '--fork', '--kill-child'];
  const first = host.start('unshare', ...apart, 'sh', '-euc', SETTLE, 'settle', host.name, folder);
  let [said, over] = ['', false];
  const hear = (child: ChildProcess): ChildProcess => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    return child;
  };
  hear(first);
  first.once('close', () => (over = true));
  await until(`the machine ${host.name}`, () => over || said.endsWith('settled\n'));
  rmSync(folder, { recursive: true, force: true });
  if (over) throw new Error(`the machine ${host.name} could not be made: ${said}`);
  // `unshare` itself stays outside of the process namespace that it made for its child.
  const place = `/proc/${first.pid ?? 0}/ns`;
  const enter = [`--mount=${place}/mnt`, `--uts=${place}/uts`, `--pid=${place}/pid_for_children`];
  const begin = (command: string, ...argv: readonly string[]): ChildProcess =>
    host.start('nsenter', ...enter, '--', command, ...argv);
  const ready: Machine['ready'] = async (what, ask) => {
    try {
      await until(`${what} of ${host.name}`, ask);
    } catch (error) {
      throw new Error(`${sentence(error)}; its programs said: ${said}`, { cause: error });
    }
  };
  return {
    host,
    run: (command, ...argv) => host.run('nsenter', ...enter, '--', command, ...argv),
    start: (command, ...argv) => hear(begin(command, ...argv)),
    read: async (path) => {
      const child = begin('cat', path);
      const chunks: Buffer[] = [];
      child.stdout?.on('data', (chunk: Buffer) => void chunks.push(chunk));
      await outcomeOf(child);
      return Buffer.concat(chunks);
    },
    ready,
    listening: (protocol, ports) =>
      ready(`ports ${ports.join(', ')}`, async () => {
        const { stdout } = await host.run('ss', protocol === 'tcp' ? '-Hltn' : '-Hlun');
        return ports.every((port) => stdout.includes(`:${port} `));
      }),
    dispose: () => void first.kill('SIGKILL'),
  };
};
