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
import { sentence } from '../../../adapters/linux/libc.ts';
import { median } from '../figure.ts';
import { entriesOf, lastLike, worsened } from '../history.ts';
import { circumstances } from '../machine.ts';
import { compilers } from '../native.ts';
import type { Compiler } from '../native.ts';
import { ROOT } from '../root.ts';
import { targetLines } from '../table.ts';
import { chartOf } from './chart.ts';
import { entryOf } from './history.ts';
import type { Entry } from './history.ts';
import { optionsOf } from './options.ts';
import type { Options } from './options.ts';
import { programsOf, versions, widenPath } from './programs.ts';
import type { Turn } from './rounds.ts';
import { session } from './session.ts';
import type { Session } from './session.ts';
import { digits, measureLines, summaryLines } from './table.ts';
import { compileTalk } from './talk.ts';
import { TARGETS, judged } from './target.ts';

const HISTORY = join(ROOT, 'test/bench/network/history.jsonl');

const say = (...lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};

const fail = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

const asked = optionsOf(process.argv.slice(2));
if (typeof asked === 'number') process.exit(asked);
const options: Options = asked;

for (const [name, file] of [
  ['--json', options.json],
  ['--svg', options.svg],
] as const)
  try {
    // Known before minutes are spent on the figures.
    if (file !== null) appendFileSync(file, '');
  } catch (error) {
    fail(`${name}: ${sentence(error)}`);
  }

const talk = (found: readonly Compiler[], folder: string): string | null => {
  const [compiler] = found;
  return compiler === undefined ? null : compileTalk(compiler, folder);
};

/** Progress, for those who wait. */
const tell = ({ round, workload, stage, values }: Turn): void => {
  const when = round < 0 ? 'warming up' : `round ${round + 1}`;
  const said =
    values instanceof Error
      ? `no figure: ${values.message}`
      : Object.entries(values)
          .map(([measure, value]) => `${measure} ${digits(value)}`)
          .join(', ');
  process.stderr.write(`${when}: ${workload.id}, ${stage.contestant.id}: ${said}\n`);
};

const judgementsOf = ({ results }: Session): ReturnType<typeof judged> => {
  const measured = results.map(({ measure }) => measure.id);
  return judged(
    TARGETS.filter(({ measure }) => measured.includes(measure)),
    results,
  );
};

const report = (done: Session, entry: Entry): void => {
  const { results, omitted } = done;
  say(...omitted.map((one) => `left out: ${one}`));
  say(...results.flatMap((result) => [...measureLines(result), '']), ...summaryLines(results), '');
  say(...targetLines(judgementsOf(done)));
  const history = existsSync(HISTORY) ? entriesOf(readFileSync(HISTORY, 'utf8')) : [];
  const before = lastLike(entry, history);
  for (const { name, before: old, now } of before ? worsened(before, entry) : [])
    say(`worse by more than a fifth since ${before?.date ?? ''}: ${name}, ${old} then, ${now} now`);
};

const keep = (done: Session, entry: Entry): void => {
  const { json, svg, isWhole, rounds } = options;
  if (isWhole) appendFileSync(HISTORY, `${JSON.stringify(entry)}\n`);
  if (json !== null) {
    const all = { ...entry, ...done, targets: judgementsOf(done) };
    writeFileSync(json, `${JSON.stringify(all, null, 2)}\n`);
  }
  const { cpu, cores, versions: programs } = entry;
  const where = `${cpu}, ${cores} cores, ${programs[0] ?? ''}, Node.js ${entry.node}`;
  if (svg !== null)
    writeFileSync(svg, chartOf(done.results, `${where}; medians of ${rounds} rounds`));
};

widenPath();
const found = compilers();
const folder = mkdtempSync(join(tmpdir(), 'onehost-talk-'));
try {
  const about = { ...circumstances(found), versions: versions() };
  const { rounds, seconds } = options;
  say(`${about.cpu}, ${about.cores} cores, Node.js ${about.node}`, about.versions.join(', '));
  const done = await session({ ...options, warmUps: 1 }, programsOf(talk(found, folder)), tell);
  const disturbance = median(done.disturbance);
  const entry = entryOf({ ...about, rounds, seconds, disturbance }, done.results);
  report(done, entry);
  const most = Math.max(...done.disturbance);
  say(
    `before the rounds, others had ${digits(disturbance)} % of the processors, at most ${digits(most)} %`,
  );
  keep(done, entry);
} catch (error) {
  fail(sentence(error));
} finally {
  rmSync(folder, { recursive: true });
}
