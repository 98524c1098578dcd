// `onehost run`: the gateway, in the foreground, until it is told to stop.

import * as E from 'fp-ts/lib/Either.js';
import type { ControlSocket } from '../control/socket.ts';
import { listen, socketPath } from '../control/socket.ts';
import type { Opening } from '../gateway/devices.ts';
import { closeOpened, openDevices } from '../gateway/devices.ts';
import type { Way } from '../plane/message.ts';
import type { Plane } from '../plane/plane.ts';
import { startPlane } from '../plane/plane.ts';
import { makeHealing } from './healing.ts';
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
  readonly io?: Way;
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

const startControl = (
  options: RunOptions,
  cluster: string,
  plane: Plane,
): Promise<E.Either<string, ControlSocket>> =>
  listen(options.socket ?? socketPath(cluster), plane.ask);

/** The data plane over devices that are there, and that are opened again when they go. */
const startOver = async (
  { topology }: LoadedConfig,
  openings: readonly (Opening | null)[],
  way: Way,
  log: Log,
): Promise<E.Either<string, Plane>> => {
  const devices = openings.map((one) => one?.opened ?? null);
  const healing = makeHealing(openings, log);
  const started = await startPlane(topology, devices, way, healing);
  if (E.isLeft(started)) for (const device of devices) if (device !== null) closeOpened(device);
  if (E.isRight(started)) healing.serve(started.right);
  return started;
};

const start = async (
  options: RunOptions,
  loaded: LoadedConfig,
  signals: Signals,
  log: Log,
): Promise<number> => {
  const opened = openDevices(loaded.config, loaded.topology);
  if (E.isLeft(opened)) {
    log.error(opened.left);
    return 1;
  }
  const started = await startOver(loaded, opened.right, options.io ?? 'io_uring', log);
  if (E.isLeft(started)) {
    log.error(started.left);
    return 1;
  }
  const plane = started.right;
  const control = await startControl(options, loaded.topology.cluster, plane);
  if (E.isLeft(control)) {
    log.error(control.left);
    plane.stop();
    await plane.ended;
    return 1;
  }
  const code = await serve(options.config, loaded, plane, signals, log);
  control.right.close();
  return code;
};

/** Exit code: 0 when a signal ended it, 1 when it could not start. */
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
