// Slots over a memory of their own, as the gateway's are.
import type { Slots } from '../../../adapters/device.ts';
import { frameOffset } from '../../../adapters/device.ts';
import { libc } from '../../../adapters/linux/libc.ts';

const START = frameOffset('ethernet');

/** Slots for `capacity` Ethernet frames; with `address`, for system calls too (Linux). */
export const testSlots = (capacity: number, address: 'linux' | 'none' = 'none'): Slots => {
  const stride = 2048;
  const bytes = new Uint8Array(64 + capacity * stride);
  return {
    bytes,
    address: address === 'linux' ? libc().addressOf(bytes) : 0,
    base: 64,
    stride,
    capacity,
    lengths: new Uint32Array(capacity),
  };
};

/** Where the frame in `slot` starts in `bytes`. */
export const frameAt = (slots: Slots, slot: number): number =>
  slots.base + slot * slots.stride + START;

export const frameIn = (slots: Slots, slot: number): Uint8Array => {
  const start = frameAt(slots, slot);
  return slots.bytes.slice(start, start + (slots.lengths[slot] ?? 0));
};

/** Puts a frame into `slot`; gives its place and length as `write` takes them. */
export const putFrame = (slots: Slots, slot: number, frame: Uint8Array): [number, number] => {
  const start = frameAt(slots, slot);
  slots.bytes.set(frame, start);
  return [start, frame.length];
};
