// Slots in plain memory, and frames put into and taken out of them.

import type { Framing, Slots } from '../device.ts';
import { frameOffset } from '../device.ts';

/** Slots that no system call can reach: their address is 0. */
export const memorySlots = (capacity: number, stride = 2048): Slots => ({
  bytes: new Uint8Array(capacity * stride),
  address: 0,
  base: 0,
  stride,
  capacity,
  lengths: new Uint32Array(capacity),
});

const slotStart = (slots: Slots, slot: number, framing: Framing): number =>
  slots.base + slot * slots.stride + frameOffset(framing);

/** Puts a frame into a slot; what is too long for it is cut, as the kernel does. */
export const putFrame = (slots: Slots, slot: number, framing: Framing, frame: Uint8Array): void => {
  const length = Math.min(frame.length, slots.stride - frameOffset(framing));
  slots.bytes.set(frame.subarray(0, length), slotStart(slots, slot, framing));
  slots.lengths[slot] = length;
};

/** A copy of the frame in a slot. */
export const takeFrame = (slots: Slots, slot: number, framing: Framing): Uint8Array => {
  const start = slotStart(slots, slot, framing);
  return slots.bytes.slice(start, start + (slots.lengths[slot] ?? 0));
};
