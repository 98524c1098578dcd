// `onehost run`: the gateway, in the foreground, until it is told to stop.

import { availableParallelism } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import { listen, socketPath } from '../control/socket.ts';
import { openDevices } from '../gateway/devices.ts';
import type { KeptDevices } from '../gateway/keeper.ts';
import { keepDevices } from '../gateway/keeper.ts';
import { becomeUser } from '../linux/privileges.ts';
import { serveMetrics } from '../metrics/server.ts';
import type { Plane } from '../plane/plane.ts';
import { startPlane } from '../plane/plane.ts';
import { workersOf } from '../plane/workers.ts';
import type { Link } from '../../core/decision/topology.ts';
import type { LoadedConfig } from './config-file.ts';
import { loadConfig } from './config-file.ts';
import { drawHashKey } from './hash-key.ts';
import type { Log } from './log.ts';
import { makeLog } from './log.ts';
import { makeReload } from './reload.ts';
import type { Signals } from './signals.ts';
import { catchSignals } from './signals.ts';

export interface RunOptions {
  readonly config: string;
  readonly socket?: string;
  readonly log?: 'text' | 'json';
  /** How frames are carried: by io_uring where it can be had, or by a call for each. */
  readonly io?: 'io_uring' | 'calls';
}

/** Runs until a signal ends it, or what it cannot do without. Gives the exit code. */
const serve = async (
  file: string,
  loaded: LoadedConfig,
  plane: Plane,
  signals: Signals,
  log: Log,
): Promise<number> => {
  if (plane.fallback !== null) log.warn(`${plane.fallback}; frames go by a call for each`);
  // The contract's line: scripts wait for it, whatever the format of the log.
  process.stderr.write('onehost: ready\n');
  signals.attach({ stop: plane.stop, reload: makeReload(file, loaded, plane.adopt, log) });
  try {
    await plane.ended;
    return 0;
  } catch (cause) {
    log.error(`the data plane failed: ${cause instanceof Error ? cause.message : String(cause)}`);
    return 1;
  }
};

/** By what people and programs ask the gateway; the process then has no more privileges than are wanted. */
const openToAll = async (
  { socket }: RunOptions,
  { config: { cluster, user, metrics } }: LoadedConfig,
  { ask }: Plane,
): Promise<E.Either<string, { close(): void }>> => {
  const path = socket ?? socketPath(cluster);
  const control = await listen(path, ask);
  if (E.isLeft(control)) return control;
  const told = metrics === null ? E.right(null) : await serveMetrics(metrics.listen, ask);
  // Only now: the socket's folder may be root's, and the port, too.
  const become: E.Either<string, unknown> =
    E.isLeft(told) || user === null ? told : becomeUser(user, [path]);
  const close = (): void => {
    control.right.close();
    if (E.isRight(told)) told.right?.close();
  };
  if (E.isRight(become)) return E.right({ close });
  close();
  return become;
};

/** Frames flow: answers whoever asks, until the end. Gives the exit code. */
const answerAndServe = async (
  options: RunOptions,
  loaded: LoadedConfig,
  plane: Plane,
  signals: Signals,
  log: Log,
): Promise<number> => {
  const open = await openToAll(options, loaded, plane);
  if (E.isRight(open)) {
    const code = await serve(options.config, loaded, plane, signals, log);
    open.right.close();
    return code;
  }
  log.error(open.left);
  plane.stop();
  await plane.ended;
  return 1;
};

/** Nobody who did not ask for several has to be warned of one. */
const sayWhySingle = (asked: number | null, why: string, log: Log): void => {
  if (asked === null) log.info(`one worker carries all frames: ${why}`);
  else log.warn(`one worker carries all frames, and not ${asked}: ${why}`);
};

const start = async (
  options: RunOptions,
  loaded: LoadedConfig,
  signals: Signals,
  log: Log,
): Promise<number> => {
  const { config, topology } = loaded;
  const wanted = workersOf(config.workers, availableParallelism());
  const opened = openDevices(config, topology, wanted);
  if (E.isLeft(opened)) {
    log.error(opened.left);
    return 1;
  }
  const { openings, workers, single } = opened.right;
  if (single !== null) sayWhySingle(config.workers, single, log);
  const devices = openings.map((one) => one?.opened ?? null);
  /** Those that were lost before anybody kept them. */
  const early: Link[] = [];
  let keeper: KeptDevices | null = null;
  const nameOf = (link: Link): string => devices[link]?.name ?? 'a device';
  const started = await startPlane(topology, devices, workers, options.io ?? 'io_uring', {
    lost: (link, reason) => {
      log.error(
        `${nameOf(link)} is gone (${reason}): the gateway goes on, and tries to have it again`,
      );
      if (keeper === null) early.push(link);
      else keeper.lost(link);
    },
  });
  if (E.isLeft(started)) {
    log.error(started.left);
    return 1;
  }
  const plane = started.right;
  keeper = keepDevices(openings, {
    attach: (link, device) => {
      plane.attach(link, device);
      log.info(`${nameOf(link)} is there again`);
    },
    tell: (link, { state, mtu }) => {
      plane.tell(link, state, mtu);
    },
    failed: (link, why) => {
      log.warn(`${nameOf(link)} cannot be had yet: ${why}`);
    },
  });
  for (const link of early) keeper.lost(link);
  const code = await answerAndServe(options, loaded, plane, signals, log);
  keeper.close();
  return code;
};

/** Exit code: 0 when a signal ended it, 1 when it could not start or lost a device. */
export const run = async (options: RunOptions): Promise<number> => {
  // Who read it may be gone (EPIPE): the gateway goes on without being heard.
  process.stderr.on('error', () => undefined);
  const loaded = loadConfig(options.config, drawHashKey());
  if (E.isLeft(loaded)) {
    for (const line of loaded.left) process.stderr.write(`${line}\n`);
    return 1;
  }
  const { config, warnings } = loaded.right;
  const log = makeLog(options.log ?? 'text', config.cluster);
  for (const line of warnings) log.warn(line);
  const signals = catchSignals();
  const code = await start(options, loaded.right, signals, log);
  signals.release();
  return code;
};
