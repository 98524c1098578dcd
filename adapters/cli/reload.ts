// SIGHUP: the gateway goes over to the file as it is now, or stays as it is and says why.

import * as E from 'fp-ts/lib/Either.js';
import type { Config } from '../../core/config/config.ts';
import type { Topology } from '../../core/decision/topology.ts';
import type { Answer } from '../control/protocol.ts';
import { deviceSources } from '../gateway/devices.ts';
import type { LoadedConfig } from './config-file.ts';
import { loadConfig } from './config-file.ts';
import type { Log } from './log.ts';

/** What of a configuration cannot change while the gateway runs, by name. */
const fixedParts = (config: Config, topology: Topology): ReadonlyMap<string, string> =>
  new Map([
    ["the cluster's name", config.cluster],
    ['the devices', JSON.stringify(deviceSources(config))],
    ['the user', config.user ?? ''],
    ['where metrics are told', JSON.stringify(config.metrics)],
    ['workers', String(config.workers)],
    // The table has its memory from the start.
    ['limits.connections', String(config.limits.connections)],
    ...topology.links.flatMap((link): [string, string][] =>
      link === null ? [] : [[link.name, JSON.stringify(link)]],
    ),
  ]);

/** The parts that differ. */
const differing = (
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): readonly string[] =>
  [...new Set([...a.keys(), ...b.keys()])].filter((k) => a.get(k) !== b.get(k));

/** The gateway that goes over to another topology with the same links, and says whether it did. */
type Adopt = (topology: Topology) => Promise<Answer>;

/** Reloads `file` into the gateway each time it is called. `loaded` is what the gateway started with. */
export const makeReload = (
  file: string,
  loaded: LoadedConfig,
  adopt: Adopt,
  log: Log,
): (() => void) => {
  const fixed = fixedParts(loaded.config, loaded.topology);

  const refuse = (reasons: readonly string[]): void => {
    for (const reason of reasons) log.error(reason);
    log.error(`${file} was not taken over; the gateway goes on as it was`);
  };

  return () => {
    // A key that was drawn stays: another one would give known hosts other nodes.
    const next = loadConfig(file, loaded.topology.hashKey);
    if (E.isLeft(next)) {
      refuse(next.left);
      return;
    }
    const { config, topology, warnings } = next.right;
    for (const warning of warnings) log.warn(warning);
    const changed = differing(fixed, fixedParts(config, topology));
    if (changed.length > 0) {
      refuse([`${file} changes ${changed.join(', ')}: these need a restart`]);
      return;
    }
    void adopt(topology).then((answer) => {
      if (answer.kind === 'error') refuse([answer.message]);
      else log.info(`${file} was taken over`);
    });
  };
};
