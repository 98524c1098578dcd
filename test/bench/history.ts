// Results of earlier runs, a line of JSON each, and what became worse since the last on a machine like this.

import type { Ratio, Result } from './figure.ts';
import { median } from './figure.ts';
import type { Circumstances } from './machine.ts';

/** Compared are ratios: times are the machine's, and the moment's. */
const WORSE = 1.2;

/** What entries are compared by. */
export interface Comparable extends Circumstances {
  /** By name; more is worse. */
  readonly ratios: Readonly<Record<string, number>>;
}

export interface Entry extends Comparable {
  /** Medians in nanoseconds, by scenario and subject. */
  readonly nanoseconds: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

const nameOf = ({ scenario, subject, to }: Ratio): string => `${scenario}: ${subject} / ${to}`;

export const entryOf = (
  circumstances: Circumstances,
  results: readonly Result[],
  ratios: readonly Ratio[],
): Entry => ({
  ...circumstances,
  nanoseconds: Object.fromEntries(
    results.map(({ scenario, figures }) => [
      scenario,
      Object.fromEntries(
        figures.map(({ subject, samples }) => [subject, rounded(median(samples))]),
      ),
    ]),
  ),
  ratios: Object.fromEntries(ratios.map((one) => [nameOf(one), rounded(one.value)])),
});

const majorOf = (node: string): string => node.split('.')[0] ?? node;

/** The entries of a history; a line that is none, such as half of one, is passed over. */
export const entriesOf = (history: string): readonly Comparable[] =>
  history.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as Comparable];
    } catch {
      return [];
    }
  });

/** The last entry of the same processor and the same major version of Node.js. */
export const lastLike = (
  entry: Comparable,
  history: readonly Comparable[],
): Comparable | undefined =>
  history.findLast(({ cpu, node }) => cpu === entry.cpu && majorOf(node) === majorOf(entry.node));

export interface Worse {
  readonly name: string;
  readonly before: number;
  readonly now: number;
}

/** Ratios that are worse by more than a fifth. */
export const worsened = (before: Comparable, now: Comparable): readonly Worse[] =>
  Object.entries(now.ratios).flatMap(([name, value]) => {
    const old = before.ratios[name];
    return old !== undefined && value > old * WORSE ? [{ name, before: old, now: value }] : [];
  });
