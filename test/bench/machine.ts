// What a run is of: the commit, the machine, the programs.

import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import type { Compiler } from './native.ts';
import { ROOT } from './root.ts';

export interface Circumstances {
  readonly date: string;
  /** Null outside a clone. */
  readonly commit: string | null;
  /** Whether files differ from the commit's. */
  readonly dirty: boolean;
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly compilers: readonly string[];
}

const git = (...words: readonly string[]): string | null => {
  try {
    return execFileSync('git', words, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return null;
  }
};

/** Results of earlier runs are no difference. */
const STATUS = ['status', '--porcelain', '--', '.', ':!test/bench/history.jsonl'];

export const circumstances = (compilers: readonly Compiler[]): Circumstances => ({
  date: new Date().toISOString(),
  commit: git('rev-parse', 'HEAD'),
  dirty: (git(...STATUS) ?? '') !== '',
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  compilers: compilers.map(({ version }) => version),
});
