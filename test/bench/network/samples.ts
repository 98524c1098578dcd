// What a run gave, and what can be said of it: medians, and ratios of what was measured in the same round.

import { median } from '../figure.ts';
import type { Measure, MeasureId } from './measure.ts';

export interface Series {
  /** The contestant's name. */
  readonly subject: string;
  readonly aside: boolean;
  /** Round by round; null: that round came to no figure. */
  readonly samples: readonly (number | null)[];
}

export interface Result {
  readonly measure: Measure;
  readonly series: readonly Series[];
}

export const numbersOf = ({ samples }: Series): readonly number[] =>
  samples.filter((sample) => sample !== null);

/** Null where no round came to a figure. */
export const middleOf = (series: Series): number | null => {
  const numbers = numbersOf(series);
  return numbers.length === 0 ? null : median(numbers);
};

/** How many times as much as the other's: the median over the rounds that both have; null without any. */
export const ratioOf = (one: Series, other: Series): number | null => {
  const ratios = one.samples.flatMap((sample, round) => {
    const against = other.samples[round] ?? null;
    return sample === null || against === null || against === 0 ? [] : [sample / against];
  });
  return ratios.length === 0 ? null : median(ratios);
};

export const seriesOf = (
  results: readonly Result[],
  measure: MeasureId,
  subject: string,
): Series | undefined =>
  results
    .find((result) => result.measure.id === measure)
    ?.series.find((series) => series.subject === subject);

/** How a subject stands to another in a measure; null where either is missing. */
export const ratioIn = (
  results: readonly Result[],
  measure: MeasureId,
  subject: string,
  to: string,
): number | null => {
  const one = seriesOf(results, measure, subject);
  const other = seriesOf(results, measure, to);
  return one === undefined || other === undefined ? null : ratioOf(one, other);
};
