// npm run simulate: as many seeds as are wanted, with what they found; or one of them, in full.

import { cpuUsage, exit, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { figuresOf } from './figures.ts';
import { runSeed } from './run.ts';
import { told } from './told.ts';

const HELP = `usage: npm run simulate -- [--seeds COUNT] [--from SEED] [--seed SEED]
  --seeds COUNT  how many seeds are run, 10000 if not said
  --from SEED    the first of them, 1 if not said
  --seed SEED    this one alone, with all that befell it
  --figures      how long 3, 32 and 128 computers take to agree, and what they send
`;

const say = (text: string): void => void stdout.write(`${text}\n`);

const quantile = (sorted: readonly number[], part: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(0);

/** The number of failed runs. */
const runAll = (from: number, count: number): number => {
  const detections: number[] = [];
  let [failed, messages, steps] = [0, 0, 0];
  for (let seed = from; seed < from + count; seed += 1) {
    const run = runSeed(seed);
    if (run.violations.length > 0) {
      failed += 1;
      say(told(run));
    }
    detections.push(...run.detections);
    messages += run.messages;
    steps += run.steps;
  }
  detections.sort((one, other) => one - other);
  const seconds = (cpuUsage().user / 1e6).toFixed(1);
  say(`${count} seeds from ${from}: ${failed} failed, in ${seconds} s of processor time`);
  say(`${messages} messages, ${steps} steps; ${detections.length} times a computer was taken for`);
  say(
    `down that had lost its power, after ${quantile(detections, 0.5)} ms (median), ` +
      `${quantile(detections, 0.99)} ms (99 of 100)`,
  );
  return failed;
};

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    figures: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const numbers = [values.seeds, values.from, values.seed ?? '1'].map(Number);
const [count = 0, from = 0, single = 0] = numbers;
if (values.help || !numbers.every(Number.isInteger)) {
  stdout.write(HELP);
  exit(values.help ? 0 : 2);
}
if (values.figures) {
  for (const size of [3, 32, 128]) {
    const { startMs, joinMs, bytesEachSecond, datagramsEachSecond } = figuresOf(size);
    say(
      `${size} computers: identical tables ${startMs} ms after a start of all, ` +
        `${joinMs} ms after one has joined; each sends ${bytesEachSecond.toFixed(0)} bytes ` +
        `in ${datagramsEachSecond.toFixed(1)} datagrams a second`,
    );
  }
  exit(0);
}
if (values.seed === undefined) exit(runAll(from, count) > 0 ? 1 : 0);
const run = runSeed(single);
say(told(run));
exit(run.violations.length > 0 ? 1 : 0);
