// The simulator and the protocol compiled together, as they are or with a fault planted: a text replaced.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT } from '../bench/root.ts';
import type * as Calm from './calm.ts';
import type { Fault } from './faults.ts';
import type * as Judging from './judge.ts';
import type * as Run from './run.ts';

/** Below the repository, where packages are found, and not part of what is shipped. */
const BUILT = join(ROOT, 'dist', 'test', 'planted');
const ROOMS = ['core/cluster', 'core/wire', 'test/simulator'];

/** What is not part of a world. */
const NEEDS_MORE = /test\.ts$|^(built|simulate)\.ts$/;

const SOURCES: ReadonlyMap<string, string> = new Map(
  ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !NEEDS_MORE.test(name))
      .map((name): [string, string] => {
        const path = `${room}/${name}`;
        return [path, readFileSync(join(ROOT, path), 'utf8')];
      }),
  ),
);

/** Whether the fault's text occurs exactly once. */
export const applies = ({ file, before }: Fault): boolean =>
  SOURCES.get(`core/cluster/${file}`)?.split(before).length === 2;

const compiled = new Map<string, string>();

const compile = (text: string): string => {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  compiled.set(text, outputText);
  return outputText;
};

/** What of the simulator tests use. */
export interface Built {
  readonly run: typeof Run;
  readonly calm: typeof Calm;
  readonly judge: typeof Judging;
}

/** The simulator of the protocol with the fault; without one, of the product. */
export const built = async (fault: Fault | null): Promise<Built> => {
  const folder = join(BUILT, fault === null ? 'none' : fault.name.replaceAll(/[^a-z]+/g, '-'));
  for (const [path, text] of SOURCES) {
    const changed = fault !== null && path === `core/cluster/${fault.file}`;
    const source = changed ? text.replace(fault.before, () => fault.after) : text;
    const target = join(folder, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, compile(source));
  }
  const room = pathToFileURL(join(folder, 'test', 'simulator')).href;
  const [run, calm, judge] = (await Promise.all([
    import(`${room}/run.js`),
    import(`${room}/calm.js`),
    import(`${room}/judge.js`),
  ])) as [typeof Run, typeof Calm, typeof Judging];
  return { run, calm, judge };
};
