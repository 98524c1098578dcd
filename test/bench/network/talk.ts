// The program of native/talk.c: compiled when the bench runs, and what it says.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Compiler } from '../native.ts';
import { ROOT } from '../root.ts';

const SOURCE = join(ROOT, 'test/bench/network/native/talk.c');
const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Werror'];

/** Compiles it into a folder, and gives its path. Throws what the compiler says. */
export const compileTalk = ({ command }: Compiler, folder: string): string => {
  const program = join(folder, 'talk');
  execFileSync(command, [...FLAGS, SOURCE, '-o', program], { stdio: 'pipe' });
  return program;
};

/** The number that it said under a name. Throws a sentence where it said none. */
export const said = (line: string, name: string): number => {
  const found = (JSON.parse(line) as Readonly<Record<string, unknown>>)[name];
  if (typeof found !== 'number') throw new Error(`talk says no ${name}: ${line}`);
  return found;
};
