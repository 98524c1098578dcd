// The programs of ./native: compiled when the bench runs, and what they say.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Compiler } from '../native.ts';
import { ROOT } from '../root.ts';

const SOURCES = join(ROOT, 'test/bench/network/native');
const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Werror'];

/** By name: paths of programs. */
export type Compiled = Readonly<Record<string, string>>;

const NAMES = ['talk', 'pass'];

export const isNative = (name: string): boolean => NAMES.includes(name);

/** Compiles them into a folder. Throws what the compiler says. */
export const compileAll = ({ command }: Compiler, folder: string): Compiled =>
  Object.fromEntries(
    NAMES.map((name) => {
      const program = join(folder, name);
      const source = join(SOURCES, `${name}.c`);
      execFileSync(command, [...FLAGS, source, '-o', program], { stdio: 'pipe' });
      return [name, program];
    }),
  );

/** The number that talk said under a name. Throws a sentence where it said none. */
export const said = (line: string, name: string): number => {
  const found = (JSON.parse(line) as Readonly<Record<string, unknown>>)[name];
  if (typeof found !== 'number') throw new Error(`talk says no ${name}: ${line}`);
  return found;
};
