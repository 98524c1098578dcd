// `onehost node-setup`: prints, or applies, what a Linux node needs for non-specific ports (A5).

import { closeSync, openSync, writeSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { NodeSetup, PortSettings } from '../../core/config/node-setup.ts';
import {
  nodeSetupOf,
  nodeSetupScript,
  PORT_RANGE,
  rangeLine,
  RESERVED_PORTS,
  reservedLines,
} from '../../core/config/node-setup.ts';
import { loadConfig } from './config-file.ts';

export interface NodeSetupOptions {
  readonly config: string;
  /** A node's name or number. */
  readonly node: string;
  readonly apply?: boolean;
  /** Where the kernel's settings are; `/proc/sys` but in tests. */
  readonly procSys?: string;
}

type Line = (line: string) => void;

/** Writes each line whole, through one descriptor: the kernel adds later lines to the first. */
const writeLines = (path: string, lines: readonly string[]): void => {
  const descriptor = openSync(path, 'w');
  try {
    for (const line of lines) {
      const bytes = Buffer.from(`${line}\n`);
      const taken = writeSync(descriptor, bytes);
      if (taken !== bytes.length) throw new Error(`took ${taken} of ${bytes.length} bytes`);
    }
  } finally {
    closeSync(descriptor);
  }
};

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this needs root',
  EPERM: 'this needs root',
  EROFS: 'the settings are read-only here, as in many containers',
  ENOENT: 'this kernel has no such setting; node-setup is for Linux',
  EINVAL: 'the kernel refuses the value; a local port range starts at 1024 or above',
};

const reasonOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
};

/** Applies one setting; a sentence when it could not be done. */
const applied = (path: string, lines: readonly string[]): string | null => {
  try {
    writeLines(path, lines);
    return null;
  } catch (error) {
    return `cannot set ${path}: ${reasonOf(error)}`;
  }
};

// What must not be chosen comes first: then no port of another node is chosen in between.
const applyPorts = (ports: PortSettings, procSys: string): string | null =>
  applied(`${procSys}/${RESERVED_PORTS}`, reservedLines(ports)) ??
  applied(`${procSys}/${PORT_RANGE}`, [rangeLine(ports)]);

const apply = (setup: NodeSetup, procSys: string, out: Line, err: Line): number => {
  const { node, ports } = setup;
  if (ports === null) {
    out(`node ${node.name}: the cluster has no non-specific ports, so there is nothing to set`);
    return 0;
  }
  const failure = applyPorts(ports, procSys);
  if (failure !== null) {
    err(failure);
    return 1;
  }
  const { from, to } = ports.range;
  out(
    `node ${node.name}: chooses ports from ${from} to ${to}, but for ${ports.reserved.length} reserved runs`,
  );
  return 0;
};

/** Prints the script, or applies it with `apply`. Returns the exit code: 0 done, 1 not. */
export const nodeSetup = (options: NodeSetupOptions, out: Line, err: Line): number => {
  const loaded = loadConfig(options.config);
  if (E.isLeft(loaded)) {
    loaded.left.forEach(err);
    return 1;
  }
  const setup = nodeSetupOf(loaded.right.topology, options.node);
  if (E.isLeft(setup)) {
    err(`${options.config}: ${setup.left}`);
    return 1;
  }
  const procSys = options.procSys ?? '/proc/sys';
  if (options.apply === true) return apply(setup.right, procSys, out, err);
  nodeSetupScript(setup.right, procSys).forEach(out);
  return 0;
};
