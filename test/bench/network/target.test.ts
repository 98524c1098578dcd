import { describe, expect, it } from 'vitest';
import { haproxy } from './gateways/haproxy.ts';
import { kernel } from './gateways/kernel.ts';
import { onehost } from './gateways/onehost.ts';
import type { MeasureId } from './measure.ts';
import { resultOf } from './results.ts';
import { TARGETS, judged } from './target.ts';

const KERNEL = kernel.name;
const HAPROXY = haproxy.name;
const ONEHOST = onehost.name;

const verdict = (id: MeasureId, to: string | null, one: number, other: number): unknown => {
  const results = [resultOf(id, { [to ?? 'nobody']: [other], [ONEHOST]: [one] })];
  return judged(
    TARGETS.filter((target) => target.measure === id && target.to === to),
    results,
  ).map(({ isReached }) => isReached);
};

describe('targets', () => {
  it.each<[MeasureId, string | null, number, number]>([
    // Reached by so much, missed by so much, where the yardstick has 100.
    ['tcp1', KERNEL, 90, 89],
    ['tcp1', HAPROXY, 200, 199],
    ['tcp4', KERNEL, 70, 69],
    ['tcp4', HAPROXY, 140, 139],
    ['connections', KERNEL, 100, 99],
    ['p50', KERNEL, 75, 76],
    ['udp', KERNEL, 130, 129],
    ['idle', null, 0.99, 1],
    ['memory', null, 199, 200],
    ['askMost', null, 49, 50],
  ])('of %s to %s', (id, to, reached, missed) => {
    expect(verdict(id, to, reached, 100)).toEqual([true]);
    expect(verdict(id, to, missed, 100)).toEqual([false]);
  });

  it('are those ten', () => {
    expect(TARGETS).toHaveLength(10);
  });

  it('without a measurement are not reached', () => {
    const results = [resultOf('tcp1', { [ONEHOST]: [10] })];
    for (const { value, isReached } of judged(TARGETS, results))
      expect([value, isReached]).toEqual([null, false]);
  });
});
