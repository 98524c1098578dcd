// What onehost is to reach beside the kernel and HAProxy, in one run.

import type { Judged, Wanted } from '../target.ts';
import { haproxy } from './gateways/haproxy.ts';
import { kernel } from './gateways/kernel.ts';
import { onehost } from './gateways/onehost.ts';
import type { MeasureId } from './measure.ts';
import { MEASURES } from './measure.ts';
import type { Result } from './samples.ts';
import { middleOf, ratioIn, seriesOf } from './samples.ts';

export interface Target extends Wanted {
  readonly measure: MeasureId;
  /** Whom the ratio is to; null: the target is a value. */
  readonly to: string | null;
  isReachedBy(value: number): boolean;
}

const nameOf = (id: MeasureId): string => MEASURES.find((one) => one.id === id)?.name ?? id;

const times =
  (to: string) =>
  (measure: MeasureId, bound: 'at least' | 'at most', limit: number): Target => ({
    scenario: nameOf(measure),
    subject: onehost.name,
    measure,
    to,
    words: `${bound} ${limit} times ${to}`,
    say: (value) => `${value.toFixed(2)} times`,
    isReachedBy: (value) => (bound === 'at least' ? value >= limit : value <= limit),
  });

const below = (measure: MeasureId, limit: number, unit: string): Target => ({
  scenario: nameOf(measure),
  subject: onehost.name,
  measure,
  to: null,
  words: `under ${limit} ${unit}`,
  say: (value) => `${value.toFixed(2)} ${unit}`,
  isReachedBy: (value) => value < limit,
});

const toKernel = times(kernel.name);
const toHaproxy = times(haproxy.name);

export const TARGETS: readonly Target[] = [
  toKernel('tcp1', 'at least', 0.9),
  toHaproxy('tcp1', 'at least', 2),
  toKernel('tcp4', 'at least', 0.7),
  toHaproxy('tcp4', 'at least', 1.4),
  toKernel('connections', 'at least', 1),
  toKernel('p50', 'at most', 0.75),
  toKernel('udp', 'at least', 1.3),
  below('idle', 1, '%'),
  below('memory', 200, 'MB'),
  below('askMost', 50, 'ms'),
];

const valueOf = ({ measure, subject, to }: Target, results: readonly Result[]): number | null => {
  if (to !== null) return ratioIn(results, measure, subject, to);
  const series = seriesOf(results, measure, subject);
  return series === undefined ? null : middleOf(series);
};

export const judged = (
  targets: readonly Target[],
  results: readonly Result[],
): readonly Judged<Target>[] =>
  targets.map((target) => {
    const value = valueOf(target, results);
    return { target, value, isReached: value !== null && target.isReachedBy(value) };
  });
