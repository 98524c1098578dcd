// `onehost run`: the gateway, in the foreground, until it is told to stop.

import * as E from 'fp-ts/lib/Either.js';
import type { Topology } from '../../core/decision/topology.ts';
import { answerTo } from '../control/answer.ts';
import { listen, socketPath } from '../control/socket.ts';
import type { ControlSocket } from '../control/unix-socket.ts';
import type { Device } from '../device.ts';
import { openDevices } from '../gateway/devices.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { warmUp } from '../gateway/warm-up.ts';
import { makeGateway } from '../gateway/gateway.ts';
import type { Ending } from '../gateway/loop.ts';
import { descriptorsOf, startLoop } from '../gateway/loop.ts';
import { makeReadiness } from '../tap/readiness.ts';
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
}

const clock = (): number => Math.floor(performance.now());

/** Runs until a signal or a lost device ends it. */
const serve = async (
  file: string,
  loaded: LoadedConfig,
  devices: readonly (Device | null)[],
  gateway: Gateway,
  signals: Signals,
  log: Log,
): Promise<Ending> => {
  const { descriptors, links } = descriptorsOf(devices);
  const readiness = makeReadiness(descriptors);
  const loop = startLoop(gateway, readiness, links);
  gateway.announce();
  // The contract's line: scripts wait for it, whatever the format of the log.
  process.stderr.write('onehost: ready\n');
  signals.attach({ stop: loop.stop, reload: makeReload(file, loaded, gateway, log) });
  const ending = await loop.ended;
  readiness.close();
  return ending;
};

const startControl = (
  options: RunOptions,
  topology: Topology,
  gateway: Gateway,
): Promise<E.Either<string, ControlSocket>> =>
  listen(options.socket ?? socketPath(topology.cluster), (request) =>
    answerTo(gateway, request, clock()),
  );

const start = async (
  options: RunOptions,
  loaded: LoadedConfig,
  signals: Signals,
  log: Log,
): Promise<number> => {
  const { config, topology } = loaded;
  const opened = openDevices(config, topology);
  if (E.isLeft(opened)) {
    log.error(opened.left);
    return 1;
  }
  const devices = opened.right;
  const closeDevices = (): void => {
    for (const device of devices) device?.close();
  };
  warmUp(topology);
  const gateway = makeGateway(topology, devices, clock);
  const control = await startControl(options, topology, gateway);
  if (E.isLeft(control)) {
    closeDevices();
    log.error(control.left);
    return 1;
  }
  const ending = await serve(options.config, loaded, devices, gateway, signals, log);
  control.right.close();
  closeDevices();
  if (ending.kind === 'stopped') return 0;
  const name = devices[ending.link]?.name ?? 'a device';
  log.error(`${name} is gone: something removed it; start onehost again to make it anew`);
  return 1;
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
