// What carries frames between devices and slots, and sleeps while there are none.

import type { Link } from '../../core/decision/topology.ts';
import type { Opened } from '../opened.ts';
import type { Outlet } from './outlet.ts';

/** Handles the frames of a link in `count` slots from `first` on. */
export type Pass = (link: Link, first: number, count: number) => void;

/** What became of a device by itself. */
export interface Loss {
  readonly link: Link;
  /** An error number: why it can be read no more. */
  readonly errno: number;
}

export interface Carrier extends Outlet {
  /** How it speaks with the kernel, in the words of `show devices`. */
  readonly way: string;
  /** Has frames that came handled, sends what that led to, and tells how many came; it does not wait. */
  turn(pass: Pass): number;
  /**
   * Waits until a frame comes, or the bell rings, for `milliseconds` at most: first for `awake` milliseconds
   * without sleeping.
   */
  wait(milliseconds: number, awake: number): void;
  /** Whether the bell rang since this was asked last. */
  readonly wasRung: () => boolean;
  readonly hasLosses: () => boolean;
  /** Devices that were lost since this was asked last. */
  readonly losses: () => readonly Loss[];
  /** A link's device is there, again or for the first time. Its descriptors stay whose they are. */
  attach(link: Link, device: Opened): void;
  close(): void;
}
