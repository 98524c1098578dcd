// The gateway's loop: sleeps until a device has frames, never blocks signals or the control socket.

import { TICK_EVERY } from '../../core/switch/tick.ts';
import type { Link } from '../../core/decision/topology.ts';
import type { Device } from '../device.ts';
import type { Readiness } from '../tap/readiness.ts';
import type { DeviceGateway } from './device-gateway.ts';

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
export const startLoop = (
  gateway: DeviceGateway,
  readiness: Readiness,
  links: readonly Link[],
): Loop => {
  let stopped = false;
  let isAgeing = false;
  const ticking = setInterval(() => {
    isAgeing = gateway.age();
    gateway.tick();
    if (isAgeing) readiness.wake();
  }, TICK_EVERY);

  const run = async (): Promise<Ending> => {
    let busy: readonly Link[] = [];
    while (!stopped) {
      // While a link has more, the others are asked for all the same: none may starve the rest. The wait
      // also gives timers, signals and the control socket their turn.
      const ready = await readiness.wait(busy.length === 0 && !isAgeing ? Infinity : 0);
      const pending = new Set([...busy, ...ready.flatMap((index) => links[index] ?? [])]);
      busy = [];
      for (const link of pending) {
        const taken = gateway.take(link);
        if (taken === 'gone') return { kind: 'gone', link };
        if (taken === 'full') busy = [...busy, link];
      }
      // A slice at a time: frames do not wait for all of it.
      if (isAgeing) isAgeing = gateway.age();
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
