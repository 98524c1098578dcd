import { describe, expect, it } from 'vitest';
import type { DeviceGateway } from '../../../adapters/gateway/device-gateway.ts';
import { startLoop } from '../../../adapters/gateway/loop.ts';
import type { Readiness } from '../../../adapters/tap/readiness.ts';

/** Links that always have frames, but those that `gone` names: what is asked of them is written down. */
const busyGateway = (taken: number[], gone: number | null, enough: () => void): DeviceGateway => {
  const take = (link: number): 'full' | 'drained' | 'gone' => {
    taken.push(link);
    if (taken.length >= 100) enough();
    if (link === gone && taken.length > 10) return 'gone';
    return link === 2 ? 'full' : 'drained';
  };
  return { take, age: () => false, tick: () => undefined } as unknown as DeviceGateway;
};

/** Both links, the first and the second of the list, are always ready. */
const alwaysReady: Readiness = {
  wait: () => new Promise((resolve) => setImmediate(resolve, [0, 1])),
  wake: () => undefined,
  close: () => undefined,
};

describe('the loop', () => {
  it('takes from every link while one has more than can be taken', async () => {
    const taken: number[] = [];
    const loop = startLoop(
      busyGateway(taken, null, () => {
        loop.stop();
      }),
      alwaysReady,
      [0, 2],
    );
    expect(await loop.ended).toEqual({ kind: 'stopped' });
    expect(taken.filter((link) => link === 0).length).toBeGreaterThanOrEqual(49);
  });

  it('ends when a device is gone, and says which', async () => {
    const loop = startLoop(
      busyGateway([], 0, () => undefined),
      alwaysReady,
      [0, 2],
    );
    expect(await loop.ended).toEqual({ kind: 'gone', link: 0 });
  });
});
