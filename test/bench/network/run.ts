// `npm run bench:network`: onehost beside the kernel, HAProxy and a proxy of Node.js, between the same client
// and the same node; a table for people, JSON for programs, a chart, and a line of the history.

import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entriesOf, lastLike, worsened } from '../history.ts';
import { circumstances } from '../machine.ts';
import { compilers } from '../native.ts';
import type { Compiler } from '../native.ts';
import { ROOT } from '../root.ts';
import { targetLines } from '../table.ts';
import { CONTESTANTS } from './gateways/all.ts';
import { entryOf } from './history.ts';
import { optionsOf } from './options.ts';
import type { Options } from './options.ts';
import { placeOf } from './place.ts';
import { inWords, programsOf, versions, widenPath } from './programs.ts';
import type { Programs } from './programs.ts';
import { race, resultsOf } from './rounds.ts';
import type { Turn } from './rounds.ts';
import { makeSite } from './site.ts';
import type { Site } from './site.ts';
import { digits, measureLines, summaryLines } from './table.ts';
import { compileTalk } from './talk.ts';
import { TARGETS, judged } from './target.ts';
import type { Stage } from './workload.ts';
import { WORKLOADS } from './workload.ts';

const HISTORY = join(ROOT, 'test/bench/network/history.jsonl');

const say = (...lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};
const whisper = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const fail = (sentence: string, code: number): never => {
  whisper(sentence);
  process.exit(code);
};

const asked = optionsOf(process.argv.slice(2));
if (typeof asked === 'number') process.exit(asked);
const options: Options = asked;

const talk = (found: readonly Compiler[], folder: string): string | null => {
  const [compiler] = found;
  return compiler === undefined ? null : compileTalk(compiler, folder);
};

/** Those of a list that can be had; of the others it says what is missing. */
const those = <A extends { readonly id: string; readonly needs: readonly string[] }>(
  list: readonly A[],
  wanted: readonly string[],
  programs: Programs,
): readonly A[] =>
  list
    .filter(({ id }) => wanted.includes(id))
    .filter(({ id, needs }) => {
      const missing = needs.filter((program) => !programs.has(program)).map(inWords);
      if (missing.length > 0) say(`${id} is left out: this machine has no ${missing.join(', ')}`);
      return missing.length === 0;
    });

/** The contestants where they stand; one that does not is said to. */
const setUp = async (site: Site): Promise<readonly Stage[]> => {
  const stages: Stage[] = [];
  for (const contestant of those(CONTESTANTS, options.contestants, site.programs)) {
    const place = placeOf(CONTESTANTS.indexOf(contestant), contestant.id);
    try {
      stages.push({ contestant, site, place, standing: await contestant.stand(site, place) });
    } catch (error) {
      say(`${contestant.id} is left out: ${String(error)}`);
    }
  }
  return stages;
};

const whisperTurn = ({ round, workload, stage, values }: Turn): void => {
  const about = `${round < 0 ? 'warming up' : `round ${round + 1}`}: ${workload.id}, ${stage.contestant.id}`;
  const said =
    values instanceof Error
      ? `no figure: ${values.message}`
      : Object.entries(values)
          .map(([measure, value]) => `${measure} ${digits(value)}`)
          .join(', ');
  whisper(`${about}: ${said}`);
};

const measured = async (stages: readonly Stage[], programs: Programs): Promise<readonly Turn[]> => {
  const workloads = those(WORKLOADS, options.workloads, programs);
  const { rounds, seconds } = options;
  const turns: Turn[] = [];
  for await (const turn of race({ stages, workloads, rounds, seconds })) {
    whisperTurn(turn);
    turns.push(turn);
  }
  return turns;
};

widenPath();
const found = compilers();
const { rounds, seconds } = options;
const about = { ...circumstances(found), versions: versions(), rounds, seconds };
const folder = mkdtempSync(join(tmpdir(), 'onehost-talk-'));
try {
  // Known before minutes are spent on the figures.
  if (options.json !== null) writeFileSync(options.json, '');
} catch (error) {
  fail(`--json: ${String(error)}`, 1);
}
say(`${about.cpu}, ${about.cores} cores, Node.js ${about.node}`, about.versions.join(', '));
const site = await makeSite(programsOf(talk(found, folder)));
try {
  const stages = await setUp(site);
  const turns = await measured(stages, site.programs);
  const results = resultsOf(turns, stages, rounds);
  say('', ...results.flatMap((result) => [...measureLines(result), '']), ...summaryLines(results));

  const ids = results.map(({ measure }) => measure.id);
  const targets = TARGETS.filter(({ measure }) => ids.includes(measure));
  const judgements = judged(targets, results);
  if (judgements.length > 0) say('', ...targetLines(judgements));

  const entry = entryOf(about, results);
  const history = existsSync(HISTORY) ? entriesOf(readFileSync(HISTORY, 'utf8')) : [];
  const before = lastLike(entry, history);
  for (const { name, before: old, now } of before ? worsened(before, entry) : [])
    say(`worse by more than a fifth since ${before?.date ?? ''}: ${name}, ${old} then, ${now} now`);
  if (options.isWhole) appendFileSync(HISTORY, `${JSON.stringify(entry)}\n`);
  if (options.json !== null)
    writeFileSync(
      options.json,
      `${JSON.stringify({ ...entry, targets: judgements, results }, null, 2)}\n`,
    );
} finally {
  site.dispose();
  rmSync(folder, { recursive: true });
}
