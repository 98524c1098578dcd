// A device without a kernel that leaves checksums and cutting to be done, and has them done: for tests of what
// stands behind it. See assembly/layout/offload.ts.

import { LENGTH } from '../../assembly/layout/offload.ts';
import type { Device } from '../device.ts';
import { frameOffset } from '../device.ts';
import { putFrame } from './slots.ts';

/** A frame and the header before it, as they lie in a slot. */
export interface OffloadedFrame {
  readonly header: Uint8Array;
  readonly frame: Uint8Array;
}

export interface OffloadLink extends Device {
  /** Lays a frame in wait for `read`. */
  push(arriving: OffloadedFrame): void;
  /** What was written since the last call, in its order. */
  taken(): OffloadedFrame[];
}

/** An Ethernet link in memory whose device has offloads. */
export const offloadLink = (name: string, mtu: number): OffloadLink => {
  let arriving: OffloadedFrame[] = [];
  let written: OffloadedFrame[] = [];
  return {
    name,
    framing: 'ethernet',
    mtu,
    offloads: true,
    descriptors: [],
    push: (one) => {
      arriving.push(one);
    },
    taken: () => {
      const frames = written;
      written = [];
      return frames;
    },
    read: (slots) => {
      const batch = arriving.slice(0, slots.capacity);
      arriving = arriving.slice(batch.length);
      batch.forEach(({ header, frame }, slot) => {
        putFrame(slots, slot, 'ethernet', frame);
        const at = slots.base + slot * slots.stride + frameOffset('ethernet');
        slots.bytes.set(header, at - LENGTH);
      });
      return batch.length;
    },
    write: ({ bytes }, offset, length) => {
      written.push({
        header: bytes.slice(offset - LENGTH, offset),
        frame: bytes.slice(offset, offset + length),
      });
      return 'sent';
    },
    close: () => {},
  };
};
