// SIGHUP: the gateway goes over to the file as it is now, or stays as it is and says why.

import * as E from 'fp-ts/lib/Either.js';
import type { Config } from '../../core/config/config.ts';
import { adopt } from '../../core/switch/administration.ts';
import type { Topology } from '../../core/decision/topology.ts';
import { interfaceNames } from '../gateway/devices.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { LoadedConfig } from './config-file.ts';
import { loadConfig } from './config-file.ts';
import type { Log } from './log.ts';

/** What of a configuration cannot change while the gateway runs: the links and their devices. */
const fixedPart = (config: Config, topology: Topology): string =>
  JSON.stringify([config.cluster, interfaceNames(config), topology.links]);

/** Reloads `file` into the gateway each time it is called. `loaded` is what the gateway started with. */
export const makeReload = (
  file: string,
  loaded: LoadedConfig,
  gateway: Gateway,
  log: Log,
): (() => void) => {
  const fixed = fixedPart(loaded.config, loaded.topology);
  let configured = loaded.topology;

  const refuse = (reasons: readonly string[]): void => {
    for (const reason of reasons) log.error(reason);
    log.error(`${file} was not taken over; the gateway goes on as it was`);
  };

  return () => {
    // A key that was drawn stays: another one would give known hosts other nodes.
    const next = loadConfig(file, gateway.tables.topology.hashKey);
    if (E.isLeft(next)) {
      refuse(next.left);
      return;
    }
    const { config, topology, warnings } = next.right;
    for (const warning of warnings) log.warn(warning);
    if (fixedPart(config, topology) !== fixed) {
      refuse([`${file} changes the cluster's name or its links: these need a restart`]);
      return;
    }
    gateway.change(adopt(gateway.tables, configured, topology));
    configured = topology;
    log.info(`${file} was taken over`);
  };
};
