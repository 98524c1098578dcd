// A device that fails as networks and kernels do, but by plan: for tests of what stands behind it.

import type { Device, Slots } from '../device.ts';
import { putFrame, takeFrame } from './slots.ts';

/** What happens to one frame on its way in. `bit` counts from the frame's first byte, most significant bit first. */
export type ReadFault =
  | { readonly kind: 'drop' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'flip'; readonly bit: number }
  | { readonly kind: 'cut'; readonly length: number };

/** What happens to one frame on its way out. `lost`: reported as sent, and gone all the same. */
export type WriteFault = 'lost' | 'full' | 'gone';

/** One step for each frame in turn; null lets it pass, and so does the end of the plan. */
export interface FaultPlan {
  readonly reads: Iterable<ReadFault | null>;
  readonly writes: Iterable<WriteFault | null>;
}

/** What comes out of one frame and one fault. */
const afterFault = (frame: Uint8Array, fault: ReadFault): readonly Uint8Array[] => {
  switch (fault.kind) {
    case 'drop':
      return [];
    case 'duplicate':
      return [frame, frame];
    case 'flip': {
      const flipped = frame.slice();
      const at = fault.bit >>> 3;
      const byte = flipped[at];
      if (byte !== undefined) flipped[at] = byte ^ (0x80 >>> (fault.bit & 7));
      return [flipped];
    }
    case 'cut':
      return [frame.subarray(0, fault.length)];
  }
};

const steps = <Step>(plan: Iterable<Step | null>): (() => Step | null) => {
  const iterator = plan[Symbol.iterator]();
  return () => {
    const step = iterator.next();
    return step.done === true ? null : step.value;
  };
};

/** Frames of `device` after the read plan, kept until there is a slot for them. */
const faultyReads = (device: Device, next: () => ReadFault | null): Device['read'] => {
  const { framing } = device;
  let pending: Uint8Array[] = [];
  const fetch = (slots: Slots): number => {
    const count = device.read(slots);
    for (let slot = 0; slot < count; slot++) {
      const frame = takeFrame(slots, slot, framing);
      const fault = next();
      pending.push(...(fault === null ? [frame] : afterFault(frame, fault)));
    }
    return count;
  };
  return (slots) => {
    // A batch that drops made short must not look like the last one.
    let count = slots.capacity;
    while (pending.length < slots.capacity && count === slots.capacity) count = fetch(slots);
    if (count < 0 && pending.length === 0) return -1;
    const batch = pending.slice(0, slots.capacity);
    pending = pending.slice(batch.length);
    batch.forEach((frame, slot) => {
      putFrame(slots, slot, framing, frame);
    });
    return batch.length;
  };
};

/** `device`, which has no offloads, with the faults of `plan`. After a `gone` it stays gone, both ways. */
export const faulty = (device: Device, plan: FaultPlan): Device => {
  const read = faultyReads(device, steps(plan.reads));
  const nextWrite = steps(plan.writes);
  let gone = false;
  return {
    name: device.name,
    framing: device.framing,
    mtu: device.mtu,
    offloads: false,
    descriptors: device.descriptors,
    read: (slots) => (gone ? -1 : read(slots)),
    write: (slots, offset, length) => {
      if (gone) return 'gone';
      const fault = nextWrite();
      if (fault === null) return device.write(slots, offset, length);
      gone = fault === 'gone';
      return fault === 'lost' ? 'sent' : fault;
    },
    close: () => {
      device.close();
    },
  };
};
