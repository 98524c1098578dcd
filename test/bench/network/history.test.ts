import { describe, expect, it } from 'vitest';
import { worsened } from '../history.ts';
import { entryOf } from './history.ts';
import { resultOf } from './results.ts';

const KERNEL = 'kernel, nftables';
const about = {
  ...{ date: '2026-01-01T00:00:00.000Z', commit: 'abc', dirty: false, cpu: 'one', cores: 2 },
  ...{ node: 'v20.1.0', compilers: [], versions: ['Linux 6.18'] },
  ...{ rounds: 5, seconds: 2, disturbance: 3 },
};

describe('an entry of the history', () => {
  it('has medians, and ratios that are more where it is worse', () => {
    const plain = 'kernel, no offloads';
    const tcp = resultOf('tcp1', { [KERNEL]: [20], onehost: [25], [plain]: [2] }, [plain]);
    const time = resultOf('p50', { [KERNEL]: [60], onehost: [45] });
    const { medians, ratios } = entryOf(about, [tcp, time]);
    expect(medians).toEqual({
      'TCP, 1 stream': { [KERNEL]: 20, onehost: 25, [plain]: 2 },
      '64-byte round trip, median': { [KERNEL]: 60, onehost: 45 },
    });
    expect(ratios).toEqual({
      [`TCP, 1 stream: onehost / ${KERNEL}`]: 0.8,
      [`64-byte round trip, median: onehost / ${KERNEL}`]: 0.75,
    });
  });

  it('tells what became slower', () => {
    const run = (rate: number) =>
      entryOf(about, [resultOf('tcp1', { [KERNEL]: [20], onehost: [rate] })]);
    expect(worsened(run(20), run(18))).toEqual([]);
    expect(worsened(run(20), run(16))).toMatchObject([{ before: 1, now: 1.25 }]);
  });
});
