// The gateway's loop: sleeps until a device has frames, never blocks signals or the control socket.

import { setImmediate } from 'node:timers/promises';
import { TICK_EVERY } from '../../core/switch/tick.ts';
import type { Link } from '../../core/decision/topology.ts';
import type { Device } from '../device.ts';
import type { Readiness } from '../tap/readiness.ts';
import type { Gateway } from './gateway.ts';

/** How a loop ended: somebody stopped it, or the device of a link went away. */
export type Ending = { readonly kind: 'stopped' } | { readonly kind: 'gone'; readonly link: Link };

export interface Loop {
  readonly ended: Promise<Ending>;
  readonly stop: () => void;
}

/** Descriptors of all devices in one list, with the link that each belongs to. */
export const descriptorsOf = (
  devices: readonly (Device | null)[],
): { readonly descriptors: readonly number[]; readonly links: readonly Link[] } => {
  const all = devices.flatMap((device, link) =>
    (device?.descriptors ?? []).map((descriptor) => ({ descriptor, link })),
  );
  return {
    descriptors: all.map(({ descriptor }) => descriptor),
    links: all.map(({ link }) => link),
  };
};

/** Starts the loop. `links` says which link each index that `readiness` gives belongs to. */
export const startLoop = (gateway: Gateway, readiness: Readiness, links: readonly Link[]): Loop => {
  let stopped = false;
  const ticking = setInterval(() => {
    gateway.tick();
  }, TICK_EVERY);

  const run = async (): Promise<Ending> => {
    let pending: readonly Link[] = [];
    while (!stopped) {
      if (pending.length === 0) {
        const ready = await readiness.wait(Infinity);
        pending = [...new Set(ready.flatMap((index) => links[index] ?? []))];
      }
      const full: Link[] = [];
      for (const link of pending) {
        const taken = gateway.take(link);
        if (taken === 'gone') return { kind: 'gone', link };
        if (taken === 'full') full.push(link);
      }
      pending = full;
      // Timers, signals and the control socket get their turn between two batches.
      if (full.length > 0) await setImmediate();
    }
    return { kind: 'stopped' };
  };

  return {
    ended: run().finally(() => {
      clearInterval(ticking);
    }),
    stop: () => {
      stopped = true;
      readiness.wake();
    },
  };
};
