// What the running gateway counts: every frame once under its verdict, and traffic by link (D7). A frame that
// a device left to be cut is one frame of its link; it is one under its verdict too when it is passed on
// whole, else each of its pieces is decided and counts.

import type { CounterName } from '../../core/decision/count.ts';
import type { Link } from '../../core/decision/topology.ts';
import type { Loss } from '../device.ts';

export interface LinkCounters {
  framesIn: number;
  bytesIn: number;
  framesOut: number;
  bytesOut: number;
  /** Frames that the device did not take, */
  lost: number;
  /** and how many of them for which reason. */
  readonly losses: Record<Loss, number>;
}

export const LOSSES: readonly Loss[] = ['full', 'down', 'refused', 'gone'];

/** What people know each loss by, and what it means. */
export const LOSS_NAMES: Readonly<Record<Loss, readonly [name: string, meaning: string]>> = {
  full: ['device-full', 'lost: nobody took frames fast enough from the device'],
  down: ['device-down', 'lost: the interface was down'],
  refused: [
    'device-refused',
    'lost: the device takes no such frame, one too long for it for instance',
  ],
  gone: ['device-gone', 'lost: the device was not there'],
};

/** Who handled the frames. */
export interface Handled {
  /** Passed on by the kernels' pipeline, as others before them. */
  repeated: number;
  /** Each decided for itself. */
  decided: number;
}

export interface Counters {
  readonly handled: Handled;
  readonly verdicts: Map<CounterName, number>;
  readonly links: readonly LinkCounters[];
}

export const makeCounters = (links: number): Counters => ({
  handled: { repeated: 0, decided: 0 },
  verdicts: new Map(),
  links: Array.from({ length: links }, () => ({
    framesIn: 0,
    bytesIn: 0,
    framesOut: 0,
    bytesOut: 0,
    lost: 0,
    losses: { full: 0, down: 0, refused: 0, gone: 0 },
  })),
});

export const count = (counters: Counters, name: CounterName, frames = 1): void => {
  counters.verdicts.set(name, (counters.verdicts.get(name) ?? 0) + frames);
};

export const linkCounters = (counters: Counters, link: Link): LinkCounters => {
  const found = counters.links[link];
  if (found === undefined) throw new RangeError(`no link ${link}`);
  return found;
};

/** Counts a frame of `length` bytes that left by a link. */
export const countSent = (counters: Counters, link: Link, length: number): void => {
  const counted = linkCounters(counters, link);
  counted.framesOut++;
  counted.bytesOut += length;
};

/** Counts frames that the device of a link did not take. */
export const countLost = (counters: Counters, link: Link, loss: Loss, frames = 1): void => {
  const counted = linkCounters(counters, link);
  counted.lost += frames;
  counted.losses[loss] += frames;
};
