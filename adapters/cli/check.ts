// `onehost check`: validates a configuration file; every error at once, with its place.

import * as E from 'fp-ts/lib/Either.js';
import type { LoadedConfig } from './config-file.ts';
import { loadConfig } from './config-file.ts';

export interface CheckOptions {
  readonly config: string;
  readonly json?: boolean;
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

/** Prints what is wrong to `err`, and to `out` that the file is sound. Exit code: 0 sound, 1 not. */
export const check = ({ config: file, json }: CheckOptions, out: Line, err: Line): number => {
  const loaded = loadConfig(file);
  const errors = E.isLeft(loaded) ? loaded.left : [];
  const warnings = E.isRight(loaded) ? loaded.right.warnings : [];
  if (json === true) {
    const counts = E.isRight(loaded) ? countsOf(loaded.right) : {};
    out(JSON.stringify({ file, ok: E.isRight(loaded), errors, warnings, ...counts }));
  } else {
    errors.forEach(err);
    warnings.forEach((warning) => err(`warning: ${warning}`));
    if (E.isRight(loaded)) out(summary(file, loaded.right));
  }
  return E.isRight(loaded) ? 0 : 1;
};
