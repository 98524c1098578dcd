// `onehost run` of the built command, in the gateway's namespace of the laboratory.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { ask } from '../../adapters/control/socket.ts';
import type { Row } from '../../adapters/control/views.ts';
import type { Host, Outcome } from './host.ts';
import { outcomeOf } from './host.ts';
import { CLUSTER, INTERNAL, MANAGER, NODES, ROUTER } from './network.ts';
import { until } from './until.ts';

export const ONEHOST = fileURLToPath(new URL('../../dist/adapters/cli/main.js', import.meta.url));

type Part = Readonly<Record<string, unknown>>;

/** The laboratory's configuration, parts of it replaced. */
export const configuration = (change: Part = {}): Part => ({
  cluster: 'lab',
  networks: {
    campus: {
      device: { tap: 'oh-campus' },
      address: `${CLUSTER}/24`,
      router: ROUTER,
      management: [MANAGER],
    },
  },
  interconnect: { device: { tap: 'oh-inter' }, address: `${INTERNAL}/24` },
  nodes: {
    alpha: { number: 1, address: NODES.alpha },
    beta: { number: 2, address: NODES.beta },
    gamma: { number: 3, address: NODES.gamma },
  },
  nonSpecificPorts: { from: 32768, to: 60999, algorithm: 'modulo' },
  services: [
    { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
    { port: 7, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
    { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
    { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  ],
  ...change,
});

export interface Running {
  readonly pid: number;
  /** Its folder, for whatever belongs to it; gone after `dispose`. */
  readonly folder: string;
  readonly file: string;
  readonly socket: string;
  /** What it has said on stderr until now. */
  said(): string;
  /** Rows of `onehost show`, over the control socket. */
  show(what: string): Promise<readonly Row[]>;
  /** How many frames were counted under a name; frames that are being decided are not yet. */
  counted(name: string): Promise<number>;
  /** Runs the command with `--socket`, as a person would. */
  command(...argv: readonly string[]): Promise<Outcome>;
  /** Closes this end of its stderr: from now on nobody hears it. */
  deafen(): void;
  /** Replaces the file and sends SIGHUP. */
  reload(text: string): void;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Outcome>;
  readonly ended: Promise<Outcome>;
  /** Kills it if it still runs, and removes its files. */
  dispose(): Promise<void>;
}

const isReady = (said: string): boolean => said.split('\n').includes('onehost: ready');

/**
 * Starts it with a configuration, given as a value or as the text of the file; `before` is what the
 * command is an argument of. Does not wait.
 */
export const launch = (host: Host, config: Part | string, ...before: readonly string[]): Running =>
  launchWith(host, config, [], ...before);

/** The same for one that gets these open files besides, as its descriptors from 3 on. */
export const launchWith = (
  host: Host,
  config: Part | string,
  descriptors: readonly number[],
  ...before: readonly string[]
): Running => start(host, config, { descriptors, before, options: [] });

/** The same with options of `onehost run`. */
export const launchBy = (
  options: readonly string[],
  host: Host,
  config: Part | string = configuration(),
): Running => start(host, config, { descriptors: [], before: [], options });

interface Besides {
  readonly descriptors: readonly number[];
  readonly before: readonly string[];
  readonly options: readonly string[];
}

const start = (
  host: Host,
  config: Part | string,
  { descriptors, before, options }: Besides,
): Running => {
  const folder = mkdtempSync(join(tmpdir(), 'onehost-lab-'));
  // Whoever it runs as makes its socket there.
  chmodSync(folder, 0o777);
  const file = join(folder, 'onehost.yaml');
  const socket = join(folder, 'control.sock');
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  const run = [process.execPath, ONEHOST, 'run', '-c', file, '--socket', socket, ...options];
  // `env` without settings runs what follows, in its own place.
  const child = host.startWith(descriptors, 'env', ...before, ...run);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = outcomeOf(child);
  const show: Running['show'] = async (what) => {
    const answer = await ask(socket, { command: 'show', what });
    if (E.isLeft(answer)) throw new Error(answer.left);
    if (answer.right.kind !== 'rows') throw new Error(answer.right.message);
    return answer.right.rows;
  };
  return {
    pid: child.pid ?? 0,
    folder,
    file,
    socket,
    said: () => said,
    show,
    counted: async (name) => {
      const rows = await show('counters');
      return Number(rows.find((row) => row['name'] === name)?.['value'] ?? 0);
    },
    command: (...command) => host.run(process.execPath, ONEHOST, ...command, '--socket', socket),
    deafen: () => child.stderr?.destroy(),
    reload: (text) => {
      writeFileSync(file, text);
      child.kill('SIGHUP');
    },
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
    ended,
    dispose: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Starts it and waits until frames flow. */
export const startGateway = async (host: Host, config: Part = configuration()): Promise<Running> =>
  whenReady(launch(host, config));

/** Waits until frames flow; throws what it said where it ends instead. */
export const whenReady = async (running: Running): Promise<Running> => {
  let over = false;
  void running.ended.then(() => (over = true));
  await until('the line `onehost: ready`', () => over || isReady(running.said()));
  if (isReady(running.said())) return running;
  await running.dispose();
  throw new Error(`onehost did not start: ${running.said()}`);
};

/** Processor time that the process has used, in ticks of USER_HZ, which is 100 a second (proc(5)). */
export const ticksUsed = ({ pid }: Running): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold anything; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
};
