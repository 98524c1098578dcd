// A device that is lost while the gateway runs is opened again, as often as it takes; the others go on meanwhile.

import * as E from 'fp-ts/lib/Either.js';
import type { Link } from '../../core/decision/topology.ts';
import type { Opening } from '../gateway/devices.ts';
import { closeOpened } from '../gateway/devices.ts';
import type { Opened } from '../opened.ts';
import type { Listener, Plane } from '../plane/plane.ts';
import type { Log } from './log.ts';

/** Between two tries, milliseconds. */
const AGAIN_AFTER = 1000;

export interface Healing extends Listener {
  /** From now on devices that are there again go to `plane`; first those that were lost before. */
  serve(plane: Plane): void;
}

/** `openings`: by link, how each device is had again. */
export const makeHealing = (openings: readonly (Opening | null)[], log: Log): Healing => {
  const devices = openings.map((one) => one?.opened ?? null);
  const lostLinks = new Set<Link>();
  let plane: Plane | null = null;

  const reopen = (link: Link): void => {
    const again = openings[link]?.reopen() ?? E.left('there is no such link');
    if (E.isLeft(again)) {
      setTimeout(reopen, AGAIN_AFTER, link).unref();
      return;
    }
    devices[link] = again.right;
    log.info(`${again.right.name} is there again`);
    plane?.attach(link, again.right);
  };

  const heal = (link: Link): void => {
    lostLinks.delete(link);
    reopen(link);
  };

  return {
    lost: (link, reason) => {
      const device: Opened | null = devices[link] ?? null;
      if (device === null) return;
      log.error(`${device.name} is gone (${reason}); it is opened again as soon as it can be had`);
      closeOpened(device);
      devices[link] = null;
      lostLinks.add(link);
      if (plane !== null) heal(link);
    },
    serve: (started) => {
      plane = started;
      for (const link of lostLinks) heal(link);
    },
  };
};
