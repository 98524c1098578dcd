// What is to be reached, and whether it is.

import type { Ratio, Result } from './figure.ts';
import { median } from './figure.ts';

/** What is wanted of a subject, for people. */
export interface Wanted {
  readonly scenario: string;
  readonly subject: string;
  /** In the words of people, and how a value is said. */
  readonly words: string;
  readonly say: (value: number) => string;
}

export interface Target extends Wanted {
  /** The yardstick of a ratio; null: the target is a time. */
  readonly to: string | null;
  /** In nanoseconds, or times the yardstick. */
  readonly most: number;
}

const times = (value: number): string => `${value.toFixed(2)} times`;
const speedup = (value: number): string => `${(1 / value).toFixed(1)} times as fast`;
const microseconds = (value: number): string => `${(value / 1000).toFixed(2)} µs`;
const millions = (value: number): string => `${(1000 / value).toFixed(1)} M frames/s`;

const FLOWS_10_K = 'established TCP, 10,000 flows';
const FLOWS_1_M = 'established TCP, 1,000,000 flows';
const toC = { subject: 'WASM', to: 'C', say: times };
const toJavascript = { subject: 'WASM', to: 'JavaScript', say: speedup };
const inTime = { to: null, say: microseconds };

export const TARGETS: readonly Target[] = [
  { ...toC, scenario: FLOWS_10_K, most: 1.4, words: 'at most 1.4 times C' },
  { ...toC, scenario: FLOWS_1_M, most: 1.4, words: 'at most 1.4 times C' },
  {
    ...toJavascript,
    scenario: FLOWS_10_K,
    most: 1 / 3.5,
    words: 'at least 3.5 times as fast as JavaScript',
  },
  {
    ...toJavascript,
    scenario: FLOWS_1_M,
    most: 1 / 5,
    words: 'at least 5 times as fast as JavaScript',
  },
  {
    scenario: FLOWS_1_M,
    subject: 'WASM',
    to: null,
    most: 1000 / 28,
    words: 'at least 28 M frames/s, on a quiet machine',
    say: millions,
  },
  { ...toC, scenario: 'checksum of 1500 bytes', most: 2, words: 'at least half as fast as C' },
  {
    ...inTime,
    scenario: 'a known connection, decided among 10,000',
    subject: 'pure core, decide',
    most: 1500,
    words: 'at most 1.5 µs',
  },
  {
    ...inTime,
    scenario: 'a new connection, decided among 10,000',
    subject: 'pure core, decide and apply',
    most: 2500,
    words: 'at most 2.5 µs',
  },
];

export interface Judged<A extends Wanted = Target> {
  readonly target: A;
  /** Null: nothing was measured, as where no compiler is. */
  readonly value: number | null;
  readonly isReached: boolean;
}

const valueOf = (
  { scenario, subject, to }: Target,
  results: readonly Result[],
  ratios: readonly Ratio[],
): number | null => {
  if (to !== null)
    return (
      ratios.find((one) => one.scenario === scenario && one.subject === subject && one.to === to)
        ?.value ?? null
    );
  const result = results.find((one) => one.scenario === scenario);
  const figure = result?.figures.find((one) => one.subject === subject);
  return figure === undefined ? null : median(figure.samples);
};

export const judged = (
  targets: readonly Target[],
  results: readonly Result[],
  ratios: readonly Ratio[],
): readonly Judged[] =>
  targets.map((target) => {
    const value = valueOf(target, results, ratios);
    return { target, value, isReached: value !== null && value <= target.most };
  });
