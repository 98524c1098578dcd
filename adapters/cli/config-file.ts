// Reads a configuration of the gateway from its file, and a member's.

import * as E from 'fp-ts/lib/Either.js';
import type { Config } from '../../core/config/config.ts';
import { decodeConfig } from '../../core/config/decode.ts';
import { decodeMember } from '../../core/config/member.ts';
import type { MemberConfig } from '../../core/config/member-shape.ts';
import { topologyOf } from '../../core/config/topology.ts';
import { warningsOf } from '../../core/config/warning.ts';
import type { HashKey } from '../../core/decision/keyed-hash.ts';
import type { Topology } from '../../core/decision/topology.ts';
import { readYaml } from './yaml-file.ts';

export interface LoadedConfig {
  readonly config: Config;
  readonly topology: Topology;
  readonly warnings: readonly string[];
}

/**
 * The sound configuration in the file at `path`, or every problem in it, each as a line for people.
 * `hashKey` is for a file that has none.
 */
export const loadConfig = (
  path: string,
  hashKey?: HashKey,
): E.Either<readonly string[], LoadedConfig> => {
  const read = readYaml(path, 'cluster, networks, interconnect, nodes', decodeConfig);
  if (E.isLeft(read)) return read;
  const { value: config, placed } = read.right;
  return E.right({
    config,
    topology: topologyOf(config, hashKey),
    warnings: placed(warningsOf(config)),
  });
};

/** The same of a member file. */
export const loadMember = (path: string): E.Either<readonly string[], MemberConfig> => {
  const read = readYaml(path, 'cluster, name, keys', decodeMember);
  return E.isLeft(read) ? read : E.right(read.right.value);
};
