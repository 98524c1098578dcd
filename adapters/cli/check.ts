// `onehost check`: validates a configuration, or a member file and its keys; every error at once, with its place.

import { dirname, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { keyProblems } from '../member/key-file.ts';
import type { LoadedConfig } from './config-file.ts';
import { loadConfig, loadMember } from './config-file.ts';

export interface CheckOptions {
  readonly config: string;
  readonly json?: boolean;
  /** It is a member file. */
  readonly member?: boolean;
}

type Line = (line: string) => void;

const counted = (count: number, singular: string): string =>
  `${count} ${singular}${count === 1 ? '' : 's'}`;

const countsOf = ({ config }: LoadedConfig) => ({
  cluster: config.cluster,
  networks: Object.keys(config.networks).length,
  nodes: Object.keys(config.nodes).length,
  services: config.services.length,
});

const summary = (file: string, loaded: LoadedConfig): string => {
  const { cluster, networks, nodes, services } = countsOf(loaded);
  const counts = [
    counted(networks, 'network'),
    counted(nodes, 'node'),
    counted(services, 'service'),
  ];
  return `${file}: ok: cluster ${cluster}, ${counts.join(', ')}`;
};

interface Checked {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly counts: Readonly<Record<string, string | number>>;
  readonly summary: string;
}

const unsound = (errors: readonly string[]): Checked => ({
  ...{ errors, warnings: [], counts: {}, summary: '' },
});

const checkConfig = (file: string): Checked => {
  const loaded = loadConfig(file);
  if (E.isLeft(loaded)) return unsound(loaded.left);
  const { warnings } = loaded.right;
  const counts = countsOf(loaded.right);
  return { errors: [], warnings, counts, summary: summary(file, loaded.right) };
};

const checkMember = (file: string): Checked => {
  const loaded = loadMember(file);
  if (E.isLeft(loaded)) return unsound(loaded.left);
  const { cluster, name, keys, seeds, identity } = loaded.right;
  const from = (path: string): string => resolve(dirname(file), path);
  const problems = keyProblems(keys.map(from), from(identity));
  if (problems.length > 0) return unsound(problems);
  const counts = { cluster, name, keys: keys.length, seeds: seeds.length };
  const parts = [counted(keys.length, 'key'), counted(seeds.length, 'seed')].join(', ');
  const about = `${file}: ok: member ${name} of cluster ${cluster}, ${parts}`;
  return { errors: [], warnings: [], counts, summary: about };
};

/** Prints what is wrong to `err`, and to `out` that the file is sound. Exit code: 0 sound, 1 not. */
export const check = (
  { config: file, json, member }: CheckOptions,
  out: Line,
  err: Line,
): number => {
  const checked = member === true ? checkMember(file) : checkConfig(file);
  const { errors, warnings, counts } = checked;
  const ok = errors.length === 0;
  if (json === true) out(JSON.stringify({ file, ok, errors, warnings, ...counts }));
  else {
    errors.forEach(err);
    warnings.forEach((warning) => err(`warning: ${warning}`));
    if (ok) out(checked.summary);
  }
  return ok ? 0 : 1;
};
