// A device without a kernel: frames are pushed in at one end and taken out at the other.

import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { copyOf } from '../../core/wire/bytes.ts';
import type { Device, Framing } from '../device.ts';
import { putFrame } from './slots.ts';

export interface MemoryLink extends Device {
  /** Lays a copy of a frame in wait for `read`. */
  push(frame: ReadonlyBytes): void;
  /** Frames that wait. */
  readonly waiting: number;
  /** What was written since the last call, in its order. */
  taken(): Uint8Array[];
}

/** A link in memory. Nothing wakes a `poll` for it: read it after pushing. */
export const memoryLink = (name: string, framing: Framing, mtu: number): MemoryLink => {
  let arriving: Uint8Array[] = [];
  let written: Uint8Array[] = [];
  let closed = false;
  return {
    name,
    framing,
    mtu,
    offloads: false,
    descriptors: [],
    push: (frame) => {
      arriving.push(copyOf(frame));
    },
    get waiting() {
      return arriving.length;
    },
    taken: () => {
      const frames = written;
      written = [];
      return frames;
    },
    read: (slots) => {
      if (closed) return -1;
      const batch = arriving.slice(0, slots.capacity);
      arriving = arriving.slice(batch.length);
      batch.forEach((frame, slot) => {
        putFrame(slots, slot, framing, frame);
      });
      return batch.length;
    },
    write: (slots, offset, length) => {
      if (closed) return 'gone';
      written.push(slots.bytes.slice(offset, offset + length));
      return 'sent';
    },
    close: () => {
      closed = true;
    },
  };
};
