// `npm run bench`: all scenarios, each in a process of its own; a table for people, JSON for programs, and a
// line of the history. `--quick`: fewer rounds; `--only TEXT`: scenarios with it in their names; `--json FILE`.

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import type { Order } from './alone.ts';
import type { Result } from './figure.ts';
import { merged, ratiosOf } from './figure.ts';
import { entriesOf, entryOf, lastLike, worsened } from './history.ts';
import { circumstances } from './machine.ts';
import { compile, compilers } from './native.ts';
import type { Compiled, Compiler } from './native.ts';
import { ROOT } from './root.ts';
import { QUICK, RACE } from './rounds.ts';
import { SCENARIOS } from './scenarios/all.ts';
import { linesOf, targetLines } from './table.ts';
import { TARGETS, judged } from './target.ts';

const HISTORY = join(ROOT, 'test/bench/history.jsonl');
const ALONE = fileURLToPath(new URL('./alone.js', import.meta.url));
const KERNELS = createRequire(import.meta.url).resolve('#kernels.wasm');

interface Options {
  readonly json?: string;
  readonly only?: string;
  readonly quick?: boolean;
}

/** What is wrong with how it was asked for ends it with 2, as with all commands of onehost. */
const command = new Command('npm run bench --')
  .option('--quick', 'fewer rounds, and nothing is added to the history')
  .option('--only <text>', 'only what has this in its name; nothing is added to the history')
  .option('--json <file>', 'write all figures to a file too')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text) });

const optionsOf = (): Options => {
  try {
    return command.parse().opts<Options>();
  } catch (error) {
    process.exit(error instanceof CommanderError && error.exitCode === 0 ? 0 : 2);
  }
};

const options = optionsOf();

const fail = (sentence: string, code: number): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
};

if (!SCENARIOS.some(({ name }) => name.includes(options.only ?? '')))
  fail(
    `nothing is named like '${options.only ?? ''}': ${SCENARIOS.map((one) => one.name).join('; ')}`,
    2,
  );
try {
  // Known before minutes are spent on the figures.
  if (options.json !== undefined) writeFileSync(options.json, '');
} catch (error) {
  fail(`--json: ${String(error)}`, 1);
}

const say = (...lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};

/** What of the compilers' work can be had; one that fails is said to. */
const references = (found: readonly Compiler[], folder: string): readonly Compiled[] =>
  found.flatMap((compiler) => {
    try {
      return [compile(compiler, folder)];
    } catch (error) {
      say(`${compiler.version} does not compile the reference: ${String(error)}`);
      return [];
    }
  });

/** Where code and memory happen to lie makes a difference: as many processes as this give each result. */
const PROCESSES = 3;

const once = (order: Order): Result => {
  const answer = execFileSync(process.execPath, [ALONE, JSON.stringify(order)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 26,
  });
  return JSON.parse(answer) as Result;
};

const measured = (order: Order): Result => {
  const more = options.quick === true ? 0 : PROCESSES - 1;
  return merged([once(order), ...Array.from({ length: more }, () => once(order))]);
};

const found = compilers();
const about = circumstances(found);
const folder = mkdtempSync(join(tmpdir(), 'onehost-bench-'));
const results: Result[] = [];
try {
  const native = references(found, folder);
  say(`${about.cpu}, Node.js ${about.node}, ${about.compilers.join(', ') || 'no C compiler'}`);
  if (native.length === 0) say('Without clang or gcc there is nothing to say about native code.');
  say(`kernels.wasm: ${statSync(KERNELS).size} bytes; at most 24,576 are wanted`, '');
  const race = options.quick === true ? QUICK : RACE;
  const wanted = SCENARIOS.filter(({ name }) => name.includes(options.only ?? ''));
  for (const { name: scenario } of wanted) {
    const result = measured({ scenario, references: native, race });
    results.push(result);
    say(...linesOf(result), '');
  }
} finally {
  rmSync(folder, { recursive: true });
}

const ratios = results.flatMap(ratiosOf);
const ran = new Set(results.map(({ scenario }) => scenario));
const targets = TARGETS.filter(({ scenario }) => ran.has(scenario));
const judgements = judged(targets, results, ratios);
if (judgements.length > 0) say(...targetLines(judgements));

const entry = entryOf(about, results, ratios);
const history = existsSync(HISTORY) ? entriesOf(readFileSync(HISTORY, 'utf8')) : [];
const before = lastLike(entry, history);
for (const { name, before: old, now } of before ? worsened(before, entry) : [])
  say(`worse by more than a fifth since ${before?.date ?? ''}: ${name}, ${old} then, ${now} now`);
// Of a part, or of few rounds, there is nothing to hold others against.
if (options.quick !== true && options.only === undefined)
  appendFileSync(HISTORY, `${JSON.stringify(entry)}\n`);
if (options.json !== undefined)
  writeFileSync(
    options.json,
    `${JSON.stringify({ ...entry, targets: judgements, results }, null, 2)}\n`,
  );
