// What `npm run bench:network` can be asked for.

import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { CONTESTANTS } from './gateways/all.ts';
import { WORKLOADS } from './workload.ts';

export interface Options {
  readonly contestants: readonly string[];
  readonly workloads: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  /** All contestants, all workloads, all rounds: what a history can be made of. */
  readonly isWhole: boolean;
  readonly json: string | null;
  readonly svg: string | null;
}

interface Given {
  readonly quick?: boolean;
  readonly rounds?: number;
  readonly seconds?: number;
  readonly only?: readonly string[];
  readonly against?: readonly string[];
  readonly workload?: readonly string[];
  readonly json?: string;
  readonly svg?: string | true;
}

const ROUNDS = 5;
const SECONDS = 2;
/** A program of the client's is given up after half a minute. */
const MOST_SECONDS = 20;

const FULL = { rounds: ROUNDS, seconds: SECONDS };
const QUICK = { rounds: 3, seconds: 1 };

/** Where the chart stands that the README shows. */
export const CHART = 'docs/network.svg';

const IDS = CONTESTANTS.map(({ id }) => id);
const WORKLOAD_IDS = WORKLOADS.map(({ id }) => id);

const someOf =
  (known: readonly string[]) =>
  (text: string): readonly string[] => {
    const wanted = text.split(',').map((one) => one.trim());
    const unknown = wanted.find((one) => !known.includes(one));
    if (unknown === undefined) return wanted;
    throw new InvalidArgumentError(`There is no "${unknown}": ${known.join(', ')}.`);
  };

const upTo =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`A whole number from 1 to ${most} is wanted.`);
  };

const command = (): Command =>
  new Command('npm run bench:network --')
    .option('--quick', `${QUICK.rounds} rounds of ${QUICK.seconds} s; nothing goes to the history`)
    .option('--rounds <number>', `how often each is measured, ${ROUNDS} unless said`, upTo(1000))
    .option('--seconds <number>', `how long each time, ${SECONDS} unless said`, upTo(MOST_SECONDS))
    .option('--only <names>', `of ${IDS.join(', ')}`, someOf(IDS))
    .option('--against <names>', 'these too, beside those of --only', someOf(IDS))
    .option('--workload <names>', `of ${WORKLOAD_IDS.join(', ')}`, someOf(WORKLOAD_IDS))
    .option('--json <file>', 'write all samples to a file too')
    .option('--svg [file]', `draw the chart, in ${CHART} unless said`);

const resolved = (given: Given): Options => {
  const { only, against = [], workload, json, svg } = given;
  const { rounds, seconds } = given.quick === true ? QUICK : FULL;
  const wanted = only === undefined ? IDS : [...only, ...against];
  return {
    contestants: IDS.filter((id) => wanted.includes(id)),
    workloads: WORKLOAD_IDS.filter((id) => workload === undefined || workload.includes(id)),
    rounds: given.rounds ?? rounds,
    seconds: given.seconds ?? seconds,
    isWhole:
      given.quick !== true &&
      only === undefined &&
      workload === undefined &&
      (given.rounds ?? ROUNDS) >= ROUNDS &&
      (given.seconds ?? SECONDS) >= SECONDS,
    json: json ?? null,
    svg: svg === true ? CHART : (svg ?? null),
  };
};

/** What is meant by the arguments, or the status to end with where they were answered or refused. */
export const optionsOf = (argv: readonly string[]): Options | number => {
  const parser = command()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) });
  try {
    return resolved(parser.parse(argv, { from: 'user' }).opts<Given>());
  } catch (error) {
    return error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
  }
};
