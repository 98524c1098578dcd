// `onehost demo`: a whole cluster on this machine, real hosts, real traffic; or the same in memory.

import { constants } from 'node:os';
import { existsSync, readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { formatAddress } from '../../core/wire/address.ts';
import { FIRST_NETWORK, linkSettings } from '../../core/decision/topology.ts';
import type { Topology } from '../../core/decision/topology.ts';
import { loadConfig } from '../cli/config-file.ts';
import { INSIDE, enterUserNamespace } from '../linux/user-namespace.ts';
import { faultsOf } from './check.ts';
import type { Cluster } from './cluster.ts';
import { CLIENT } from './cluster.ts';
import { makeMemoryCluster } from './memory/cluster.ts';
import { makeNamespaceCluster } from './namespace-cluster.ts';
import { QUICK, UNHURRIED } from './script.ts';
import { makeScreen } from './screen.ts';
import { summaryOf } from './summary.ts';
import type { Asked } from './traffic.ts';
import { play } from './traffic.ts';
import type { Scene } from './view.ts';
import { pictureOf, plain } from './view.ts';

export interface DemoOptions {
  /** A few seconds instead of half a minute. */
  readonly quick?: boolean;
  /** Without namespaces: hosts and gateway in memory. */
  readonly memory?: boolean;
}

type Out = (line: string) => void;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Time to read what is made, before the live view comes, milliseconds. */
const READING = 4000;

/** The configuration, in the package: above `dist`, where the built demo is, or above `adapters`. */
const configFile = (): string => {
  const built = fileURLToPath(new URL('../../../examples/demo.yaml', import.meta.url));
  return existsSync(built)
    ? built
    : fileURLToPath(new URL('../../examples/demo.yaml', import.meta.url));
};

/** A file as one names it from here. */
const fromHere = (file: string): string => {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
};

/** How to call the command here. */
const calledAs = (): string => {
  const script = process.argv[1] ?? '';
  return basename(script) === 'onehost' ? 'onehost' : `node ${fromHere(script)}`;
};

/** The cluster; or why there is none; or the exit code of this program, run again as its user's root. */
type Place =
  | { readonly kind: 'here'; readonly cluster: Cluster }
  | { readonly kind: 'nowhere'; readonly why: string }
  | { readonly kind: 'elsewhere'; readonly code: number };

/** The cluster in namespaces: made here, or in a user namespace where this process may not. */
const inNamespaces = async (topology: Topology, stopped: AbortSignal): Promise<Place> => {
  const made = await makeNamespaceCluster(topology, stopped);
  if (E.isRight(made)) return { kind: 'here', cluster: made.right };
  if (stopped.aborted || process.env[INSIDE] !== undefined)
    return { kind: 'nowhere', why: made.left };
  const { execPath, execArgv, argv } = process;
  const entered = await enterUserNamespace([execPath, ...execArgv, ...argv.slice(1)]);
  return E.isRight(entered)
    ? { kind: 'elsewhere', code: entered.right }
    : { kind: 'nowhere', why: entered.left };
};

const sceneOf = ({ gateway }: Cluster, title: string, asked: readonly Asked[]): Scene => {
  const { topology } = gateway.tables;
  return {
    client: CLIENT.split('/')[0] ?? CLIENT,
    cluster: formatAddress(linkSettings(topology, FIRST_NETWORK).address.address),
    nodes: topology.nodes.map(({ name, address, state }) => ({
      name,
      address: formatAddress(address),
      state,
    })),
    title,
    asked,
    counters: [...gateway.counters.verdicts],
  };
};

const introduce = (cluster: Cluster, file: string, out: Out): void => {
  const scene = sceneOf(cluster, '', []);
  const text = readFileSync(file, 'utf8').trimEnd().split('\n');
  const lines = [
    `  onehost demo: one host to the network, ${scene.cluster}; in truth ${scene.nodes.length} computers`,
    '',
    ...pictureOf(scene, plain),
    '',
    ...cluster.made.map((line) => `  ${line}`),
    '',
    `  The configuration is ${fromHere(file)}; hosts' links stand in for devices:`,
    ...text.filter((line) => !line.startsWith('#')),
  ];
  for (const line of lines) out(line.trimEnd());
};

/** Shows the cluster. Whether all was as it must be. */
const show = async (
  cluster: Cluster,
  quick: boolean,
  file: string,
  out: Out,
  stopped: AbortSignal,
): Promise<boolean> => {
  introduce(cluster, file, out);
  if (!quick) await setTimeout(READING, undefined, { signal: stopped }).catch(() => undefined);
  const screen = makeScreen(out);
  const asked: Asked[] = [];
  let title = '';
  const audience = {
    begins: (phase: { readonly title: string }) => {
      ({ title } = phase);
      screen.begins(sceneOf(cluster, title, asked));
    },
    asked: (one: Asked) => {
      asked.push(one);
      screen.asked(sceneOf(cluster, title, asked));
    },
  };
  try {
    await play(cluster, quick ? QUICK : UNHURRIED, audience, stopped);
  } finally {
    screen.leave();
  }
  if (stopped.aborted) return true;
  const scene = sceneOf(cluster, title, asked);
  const faults = faultsOf(
    asked,
    scene.nodes.map(({ name }) => name),
  );
  for (const line of summaryOf(scene, faults, calledAs(), fromHere(file))) out(line);
  return faults.length === 0;
};

/** Shows the cluster, and ends it. Gives the exit code. */
const showAndClose = async (
  cluster: Cluster,
  quick: boolean,
  file: string,
  out: Out,
  stopped: AbortSignal,
): Promise<number> => {
  try {
    return (await show(cluster, quick, file, out, stopped)) ? 0 : 1;
  } finally {
    await cluster.close();
    if (stopped.aborted) out('  Stopped; nothing is left.');
  }
};

const perform = async (
  { quick = false, memory = false }: DemoOptions,
  out: Out,
  err: Out,
  stopped: AbortSignal,
): Promise<number> => {
  const file = configFile();
  const loaded = loadConfig(file);
  if (E.isLeft(loaded)) {
    for (const line of loaded.left) err(line);
    return 1;
  }
  const { topology } = loaded.right;
  if (!memory) {
    const place = await inNamespaces(topology, stopped);
    if (place.kind === 'elsewhere') return place.code;
    if (place.kind === 'here') return showAndClose(place.cluster, quick, file, out, stopped);
    if (stopped.aborted) return 0;
    out(`No namespaces here: ${place.why}. The same cluster follows in memory.`);
  }
  return showAndClose(makeMemoryCluster(topology), quick, file, out, stopped);
};

/**
 * Runs the demo. Exit code: 0 when all was as it must be, 1 when not; 128 and the signal's number when a
 * signal ended it, which it does at any moment and leaves nothing behind. A further signal changes nothing.
 */
export const demo = async (options: DemoOptions, out: Out, err: Out): Promise<number> => {
  const stop = new AbortController();
  let signalled = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signalled ||= 128 + constants.signals[signal];
    stop.abort();
  };
  // To the process's end, which follows: the way out, too, may be signalled.
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const code = await perform(options, out, err, stop.signal);
  return signalled || code;
};
