// The results as people read them.

import { quantile } from '../figure.ts';
import { aligned } from '../table.ts';
import { haproxy } from './gateways/haproxy.ts';
import { kernel } from './gateways/kernel.ts';
import type { Result, Series } from './samples.ts';
import { middleOf, numbersOf, ratioIn, seriesOf } from './samples.ts';

/** Whom the others are compared with. */
export const YARDSTICKS: readonly string[] = [kernel.name, haproxy.name];

/** Three digits that count. */
export const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);

const spreadOf = (series: Series): string => {
  const numbers = numbersOf(series);
  if (numbers.length === 0) return '';
  return [1 / 4, 3 / 4].map((part) => digits(quantile(numbers, part))).join(' – ');
};

const comparisonOf = (results: readonly Result[], { measure }: Result, subject: string): string =>
  YARDSTICKS.filter((to) => to !== subject)
    .flatMap((to) => {
      const value = ratioIn(results, measure.id, subject, to);
      return value === null ? [] : [`${value.toFixed(2)} × ${to}`];
    })
    .join('; ');

const cell = (value: number | null): string => (value === null ? '-' : digits(value));

/** One measure: medians, the quartiles beside them, and the medians of the ratios round by round. */
export const measureLines = (result: Result): readonly string[] => {
  const { measure, series } = result;
  const rows = series.map((one) => [
    `  ${one.subject}`,
    cell(middleOf(one)),
    spreadOf(one),
    comparisonOf([result], result, one.subject),
  ]);
  return aligned(
    [[measure.name, measure.unit, 'quartiles', 'median of the ratios'], ...rows],
    1,
    3,
  );
};

/** All medians: a line for each contestant, a column for each measure. */
export const summaryLines = (results: readonly Result[]): readonly string[] => {
  const subjects = [...new Set(results.flatMap(({ series }) => series.map((one) => one.subject)))];
  const head = ['', ...results.map(({ measure }) => measure.id)];
  const units = ['', ...results.map(({ measure }) => measure.unit)];
  const rows = subjects.map((subject) => [
    subject,
    ...results.map(({ measure }) => {
      const series = seriesOf(results, measure.id, subject);
      return cell(series === undefined ? null : middleOf(series));
    }),
  ]);
  return aligned([head, units, ...rows], 1, head.length);
};
