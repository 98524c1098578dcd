// A device at the ring: its slots, which the kernel fills one after another and gets back in the same order.

import type { Link } from '../../core/decision/topology.ts';
import * as abi from './abi.ts';

/** What a slot is used for. */
export const KERNELS = 0;
export const HANDLED = 1;
export const LEAVING = 2;
export const DONE = 3;

export interface Port {
  readonly link: Link;
  /** Its slots: from `first` on, a power of two of them. */
  readonly first: number;
  readonly count: number;
  /** Where its ring of buffers is in the memory. */
  readonly ringAt: number;
  /** The descriptor that it is read by and written to; -1: there is none now. */
  descriptor: number;
  /** Which of its devices this is: another one may have replaced the first. */
  device: number;
  /** Bytes before each frame that tell of offloads. */
  header: number;
  /** Where the device's bytes begin in a slot. */
  start: number;
  /** Whether the kernel reads it. */
  isRead: boolean;
  /** Place of the next frame to come, of those that came and were not handled, and of the oldest not given back. */
  arriving: number;
  came: number;
  oldest: number;
  /** Slots that the kernel has. */
  free: number;
  /** Frames that it was given to write, and that have not left. */
  leaving: number;
}

export const makePort = (link: Link, first: number, count: number, ringAt: number): Port => ({
  link,
  first,
  count,
  ringAt,
  descriptor: -1,
  device: 0,
  header: 0,
  start: 0,
  isRead: false,
  arriving: 0,
  came: 0,
  oldest: 0,
  free: 0,
  leaving: 0,
});

/** Gives the kernel slots back, in their order, as far as all that is done with them is done. */
export const giveBack = (
  port: Port,
  states: Uint8Array,
  view: DataView,
  addressOf: (slot: number) => number,
  room: number,
): void => {
  const before = port.oldest;
  let { oldest } = port;
  while (port.free < port.count) {
    const index = oldest & (port.count - 1);
    const slot = port.first + index;
    if (states[slot] !== DONE) break;
    states[slot] = KERNELS;
    const place = port.ringAt + index * abi.BUF_LENGTH;
    const address = addressOf(slot);
    view.setUint32(place, address >>> 0, true);
    view.setUint32(place + 4, Math.floor(address / 0x100000000), true);
    view.setUint32(place + abi.BUF_LENGTH_FIELD, room, true);
    view.setUint16(place + abi.BUF_NUMBER, index, true);
    oldest = (oldest + 1) & 0xffff;
    port.free++;
  }
  if (oldest === before) return;
  port.oldest = oldest;
  view.setUint16(port.ringAt + abi.BUF_RING_TAIL, oldest, true);
};
