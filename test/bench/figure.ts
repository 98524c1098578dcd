// What a scenario gives: for each subject the nanoseconds that an item took, round by round.

export interface Figure {
  readonly subject: string;
  /** Nanoseconds for each item. The nth sample of every subject of a scenario is of the same round. */
  readonly samples: readonly number[];
  /** Nothing is compared with it: it is there for people to see. */
  readonly aside?: boolean;
}

export interface Result {
  readonly scenario: string;
  /** What is counted: `frame`, `connection`. */
  readonly item: string;
  /** Bytes of an item, where its rate is one of bytes. */
  readonly bytes?: number;
  readonly figures: readonly Figure[];
  /** Sentences for those who read the table. */
  readonly notes: readonly string[];
}

/** What such a part of the samples, from 0 to below 1, is not above. */
export const quantile = (samples: readonly number[], part: number): number => {
  const sorted = [...samples].sort((one, other) => one - other);
  const found = sorted[Math.floor(sorted.length * part)];
  if (found === undefined) throw new RangeError('there is no quantile of no samples');
  return found;
};

/** The middle of the samples, of an even number the higher of the two. */
export const median = (samples: readonly number[]): number => quantile(samples, 1 / 2);

/** Results of the same scenario in several processes, as if one had had all the rounds. */
export const merged = (results: readonly [Result, ...Result[]]): Result => {
  const [first] = results;
  return {
    ...first,
    figures: first.figures.map((figure, index) => ({
      ...figure,
      samples: results.flatMap(({ figures }) => figures[index]?.samples ?? []),
    })),
  };
};

/** How many times as long one took as the other: the median over the rounds, so that noise strikes both. */
export const ratio = (one: readonly number[], other: readonly number[]): number =>
  median(one.map((sample, round) => sample / (other[round] ?? NaN)));

export interface Ratio {
  readonly scenario: string;
  readonly subject: string;
  /** What it is compared with. */
  readonly to: string;
  readonly value: number;
}

/** What others are held against. Of `C, clang` and `C, gcc`, or variants, the fastest is the yardstick. */
const YARDSTICKS = ['C', 'JavaScript', 'pure core'];

const isBy = (yardstick: string, { subject }: Figure): boolean =>
  subject === yardstick || subject.startsWith(`${yardstick},`);

const fastest = (figures: readonly Figure[]): Figure | undefined =>
  [...figures].sort((one, other) => median(one.samples) - median(other.samples))[0];

/** How long each subject takes, in terms of each yardstick that the scenario has. */
export const ratiosOf = ({ scenario, figures }: Result): readonly Ratio[] =>
  YARDSTICKS.flatMap((to) => {
    const yardstick = fastest(figures.filter((figure) => isBy(to, figure)));
    if (yardstick === undefined) return [];
    return figures
      .filter((figure) => figure.aside !== true && !YARDSTICKS.some((one) => isBy(one, figure)))
      .map(({ subject, samples }) => {
        const value = ratio(samples, yardstick.samples);
        return { scenario, subject, to, value };
      });
  });
