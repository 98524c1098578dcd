// `onehost run`: the gateway, in the foreground, until it is told to stop.

import * as E from 'fp-ts/lib/Either.js';
import type { Config } from '../../core/config/config.ts';
import { adopt } from '../../core/switch/administration.ts';
import type { Topology } from '../../core/switch/topology.ts';
import { answerTo } from '../control/answer.ts';
import type { ControlSocket } from '../control/socket.ts';
import { listen, socketPath } from '../control/socket.ts';
import type { Device } from '../device.ts';
import { interfaceNames, openDevices } from '../gateway/devices.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { makeGateway } from '../gateway/gateway.ts';
import type { Ending } from '../gateway/loop.ts';
import { descriptorsOf, startLoop } from '../gateway/loop.ts';
import { makeReadiness } from '../tap/readiness.ts';
import { loadConfig } from './config-file.ts';
import type { Log } from './log.ts';
import { makeLog } from './log.ts';

export interface RunOptions {
  readonly config: string;
  readonly socket?: string;
  readonly log?: 'text' | 'json';
}

const clock = (): number => performance.now();

/** What of a configuration cannot change while the gateway runs: the links and their devices. */
const fixedPart = (config: Config, topology: Topology): string =>
  JSON.stringify([config.cluster, interfaceNames(config), topology.links]);

/** Goes over to the file as it is now; one that is unsound, or asks for other devices, changes nothing. */
const reload = (file: string, running: string, gateway: Gateway, log: Log): void => {
  const loaded = loadConfig(file);
  if (E.isLeft(loaded)) {
    for (const line of loaded.left) log.error(line);
    log.error(`${file} was not taken over; the gateway goes on as it was`);
    return;
  }
  const { config, topology, warnings } = loaded.right;
  for (const line of warnings) log.warn(line);
  if (fixedPart(config, topology) !== running) {
    log.error(`${file} changes the cluster's name or its links: these need a restart`);
    log.error(`${file} was not taken over; the gateway goes on as it was`);
    return;
  }
  gateway.change(adopt(gateway.tables, topology));
  log.info(`${file} was taken over`);
};

/** Runs until a signal or a lost device ends it. */
const serve = async (
  options: RunOptions,
  config: Config,
  topology: Topology,
  devices: readonly (Device | null)[],
  gateway: Gateway,
  log: Log,
): Promise<Ending> => {
  const { descriptors, links } = descriptorsOf(devices);
  const readiness = makeReadiness(descriptors);
  const loop = startLoop(gateway, readiness, links);
  const stop = (): void => {
    loop.stop();
  };
  const running = fixedPart(config, topology);
  const onHangup = (): void => {
    reload(options.config, running, gateway, log);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', onHangup);
  gateway.announce();
  // The contract's line: scripts wait for it, whatever the format of the log.
  process.stderr.write('onehost: ready\n');
  const ending = await loop.ended;
  process.off('SIGTERM', stop).off('SIGINT', stop).off('SIGHUP', onHangup);
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

/** Exit code: 0 when a signal ended it, 1 when it could not start or lost a device. */
export const run = async (options: RunOptions): Promise<number> => {
  // Who read it may be gone (EPIPE): the gateway goes on without being heard.
  process.stderr.on('error', () => undefined);
  const loaded = loadConfig(options.config);
  if (E.isLeft(loaded)) {
    for (const line of loaded.left) process.stderr.write(`${line}\n`);
    return 1;
  }
  const { config, topology, warnings } = loaded.right;
  const log = makeLog(options.log ?? 'text', config.cluster);
  for (const line of warnings) log.warn(line);
  const opened = openDevices(config, topology);
  if (E.isLeft(opened)) {
    log.error(opened.left);
    return 1;
  }
  const devices = opened.right;
  const closeDevices = (): void => {
    for (const device of devices) device?.close();
  };
  const gateway = makeGateway(topology, devices, clock);
  const control = await startControl(options, topology, gateway);
  if (E.isLeft(control)) {
    closeDevices();
    log.error(control.left);
    return 1;
  }
  const ending = await serve(options, config, topology, devices, gateway, log);
  control.right.close();
  closeDevices();
  if (ending.kind === 'stopped') return 0;
  const name = devices[ending.link]?.name ?? 'a device';
  log.error(`${name} is gone: something removed it; start onehost again to make it anew`);
  return 1;
};
