// The kernels built from sources with something replaced, as asconfig.json says, in memory.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A text that occurs once in a source file, and what stands there instead. */
export interface Patch {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** What is used of the compiler. Its own types would declare AssemblyScript's globals for all tests. */
interface Compiler {
  main(
    argv: readonly string[],
    options: {
      readonly stderr: { write(chunk: Uint8Array | string): void };
      readFile(name: string): string | null;
      writeFile(name: string, contents: Uint8Array | string): void;
    },
  ): Promise<{ readonly error: Error | null }>;
}

const COMPILER = 'assemblyscript/asc';
const { default: asc } = (await import(COMPILER)) as { readonly default: Compiler };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Whether the text of a patch occurs exactly once. */
export const applies = ({ file, before }: Patch): boolean =>
  readFileSync(join(ROOT, file), 'utf8').split(before).length === 2;

const patched = (name: string, text: string, patches: readonly Patch[]): string =>
  patches
    .filter(({ file }) => file === name)
    .reduce((source, { before, after }) => source.replace(before, () => after), text);

/** The bytes of the module. Throws where the sources do not compile. */
export const patchedKernels = async (patches: readonly Patch[]): Promise<Uint8Array> => {
  const written = new Map<string, Uint8Array>();
  const said: string[] = [];
  const { error } = await asc.main(
    ['--config', 'asconfig.json', '--target', 'release', '--baseDir', ROOT],
    {
      stderr: { write: (chunk: Uint8Array | string) => said.push(String(chunk)) },
      readFile: (name) => {
        const path = join(ROOT, name);
        return existsSync(path) ? patched(name, readFileSync(path, 'utf8'), patches) : null;
      },
      writeFile: (name, bytes) => {
        if (typeof bytes !== 'string') written.set(name, bytes);
      },
    },
  );
  const module = [...written.values()][0];
  if (error !== null || module === undefined) throw new Error(said.join(''), { cause: error });
  return module;
};
