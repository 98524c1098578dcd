// `onehost node-setup`: prints, or does, what a Linux node needs (A5, A13, A14).

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { NodeSetup } from '../../core/config/node-setup.ts';
import { nodeSetupOf, nodeSetupScript } from '../../core/config/node-setup.ts';
import type { CheckStep, CommandStep, Step } from '../../core/config/node-step.ts';
import { loadConfig } from './config-file.ts';

export interface NodeSetupOptions {
  readonly config: string;
  /** A node's name or number. */
  readonly node: string;
  readonly apply?: boolean;
  /** Where the kernel's settings are; `/proc/sys` but in tests. */
  readonly procSys?: string;
  /** Where programs are looked for; the process's own path but in tests. */
  readonly path?: string;
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

/** Runs a program; left: why it failed, right: what it printed. */
const ran = (argv: readonly string[], path: string): E.Either<string, string> => {
  const [program = '', ...rest] = argv;
  const options = { encoding: 'utf8', env: { ...process.env, PATH: path } } as const;
  const { status, stdout, stderr, error } = spawnSync(program, rest, options);
  if (error !== undefined)
    return E.left(
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? `there is no program ${program}; install the package iproute2`
        : error.message,
    );
  if (status === 0) return E.right(stdout);
  const said = stderr.trim().split('\n').join('; ');
  return E.left(said === '' ? `it ended with ${status ?? 'a signal'}` : said);
};

const isDone = ({ unless }: CommandStep, path: string): boolean => {
  if (unless === null) return false;
  const shown = ran(unless.argv, path);
  return E.isRight(shown) && new RegExp(unless.line, 'm').test(shown.right);
};

const checked = ({ sign, otherwise }: CheckStep, path: string): string | null => {
  const shown = ran(sign.argv, path);
  if (E.isLeft(shown)) return shown.left;
  return new RegExp(sign.line, 'm').test(shown.right) ? null : otherwise;
};

/** Runs it if there is something left to do; a sentence when that could not be done. */
const commanded = (step: CommandStep, path: string): string | null => {
  if (isDone(step, path)) return null;
  const result = ran(step.argv, path);
  if (E.isRight(result)) return null;
  const hint = /Operation not permitted/.test(result.left) ? '; this needs root' : '';
  return `cannot do \`${step.argv.join(' ')}\`: ${result.left}${hint}`;
};

/** Does one step; a sentence when it could not be done. */
const done = (step: Step, procSys: string, path: string): string | null => {
  if (step.kind === 'check') return checked(step, path);
  if (step.kind === 'command') return commanded(step, path);
  const file = `${procSys}/${step.file}`;
  try {
    writeLines(file, step.lines);
    return null;
  } catch (error) {
    return `cannot set ${file}: ${reasonOf(error)}`;
  }
};

// `ip` may lie where only root's own path leads.
const programs = (): string => `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

const apply = (setup: NodeSetup, options: NodeSetupOptions, out: Line, err: Line): number => {
  const { procSys = '/proc/sys', path = programs() } = options;
  for (const step of setup.steps) {
    const failure = done(step, procSys, path);
    if (failure === null) continue;
    err(failure);
    return 1;
  }
  for (const sentence of setup.outcome) out(`node ${setup.node.name}: ${sentence}`);
  return 0;
};

/** Prints the script, or does it with `apply`. Returns the exit code: 0 done, 1 not. */
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
  if (options.apply === true) return apply(setup.right, options, out, err);
  nodeSetupScript(setup.right, options.procSys).forEach(out);
  return 0;
};
