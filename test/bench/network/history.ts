// A line of the history for each whole run, and ratios that say for each contestant how far it is behind.

import type { Comparable } from '../history.ts';
import type { Result } from './samples.ts';
import { middleOf, ratioIn } from './samples.ts';
import { YARDSTICKS } from './table.ts';

export interface Entry extends Comparable {
  /** The kernel, and the programs that took part. */
  readonly versions: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  /** How busy the processors were before rounds, with other things: percent. */
  readonly disturbance: number;
  /** By measure and contestant, each in the measure's unit. */
  readonly medians: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

const mediansOf = ({ series }: Result): Readonly<Record<string, number>> =>
  Object.fromEntries(
    series.flatMap((one) => {
      const middle = middleOf(one);
      return middle === null ? [] : [[one.subject, rounded(middle)]];
    }),
  );

/** Of those that nothing is said against: what stands aside, and the yardstick itself, have none. */
const ratiosOf = (results: readonly Result[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    results.flatMap(({ measure, series }) =>
      series
        .filter(({ aside }) => !aside)
        .flatMap(({ subject }) =>
          YARDSTICKS.filter((to) => to !== subject).flatMap((to) => {
            const value = ratioIn(results, measure.id, subject, to);
            if (value === null || value === 0) return [];
            const worse = measure.better === 'less' ? value : 1 / value;
            return [[`${measure.name}: ${subject} / ${to}`, rounded(worse)]];
          }),
        ),
    ),
  );

export const entryOf = (
  circumstances: Omit<Entry, 'medians' | 'ratios'>,
  results: readonly Result[],
): Entry => ({
  ...circumstances,
  medians: Object.fromEntries(results.map((one) => [one.measure.name, mediansOf(one)])),
  ratios: ratiosOf(results),
});
