// Results as people read them.

import type { Ratio, Result } from './figure.ts';
import { median, quantile, ratiosOf } from './figure.ts';
import type { Judged, Wanted } from './target.ts';

type Line = readonly string[];

/** Columns as wide as their widest cell. Those from `numbers` to before `texts` stand to the right. */
export const aligned = (
  lines: readonly Line[],
  numbers: number,
  texts: number,
): readonly string[] => {
  const columns = Math.max(0, ...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...lines.map((line) => line[at]?.length ?? 0)),
  );
  return lines.map((line) =>
    line
      .map((cell, at) =>
        at >= numbers && at < texts ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
};

/** Three digits that count. */
const digits = (value: number): string => {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
};

const rateOf = (nanoseconds: number, item: string, bytes: number | undefined): string => {
  if (bytes !== undefined) return `${digits(bytes / nanoseconds)} GB/s`;
  const perSecond = 1e9 / nanoseconds;
  return perSecond >= 1e6
    ? `${digits(perSecond / 1e6)} M ${item}s/s`
    : `${digits(perSecond / 1e3)} k ${item}s/s`;
};

/** How it stands to each yardstick of its scenario. */
const comparison = (subject: string, ratios: readonly Ratio[]): string =>
  ratios
    .filter((one) => one.subject === subject)
    .map(({ to, value }) => `${digits(value)} × ${to}`)
    .join(', ');

/** A scenario: for each subject the median, the quartiles beside it, and the rate. */
export const linesOf = (result: Result): readonly string[] => {
  const { scenario, item, bytes, figures, notes } = result;
  const ratios = ratiosOf(result);
  const rows = figures.map(({ subject, samples }): Line => {
    const middle = median(samples);
    const quartiles = [1 / 4, 3 / 4].map((part) => digits(quantile(samples, part)));
    const rate = rateOf(middle, item, bytes);
    return [
      `  ${subject}`,
      digits(middle),
      quartiles.join(' – '),
      rate,
      comparison(subject, ratios),
    ];
  });
  const head = [scenario, `ns/${item}`, 'quartiles', 'rate', 'median of the ratios'];
  return [...aligned([head, ...rows], 1, 4), ...notes.map((note) => `  ${note}`)];
};

const verdictOf = ({ value, isReached }: Judged<Wanted>): string => {
  if (value === null) return 'not measured';
  return isReached ? 'reached' : 'missed';
};

/** The targets, and what was measured. */
export const targetLines = (judgements: readonly Judged<Wanted>[]): readonly string[] =>
  aligned(
    [
      ['target', 'wanted', 'measured', ''],
      ...judgements.map((one): Line => {
        const { target, value } = one;
        const measured = value === null ? '-' : target.say(value);
        return [`  ${target.scenario}: ${target.subject}`, target.words, measured, verdictOf(one)];
      }),
    ],
    4,
    4,
  );
