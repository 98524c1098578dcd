// Slots for frames in the kernels' memory: where devices read to and kernels work. See adapters/device.ts.

import type { Slots } from '../device.ts';
import { PACKET_OFFSET } from '../device.ts';
import { libc } from '../linux/libc.ts';
import { growTo } from './flow-memory.ts';
import type { Kernels } from './kernels.ts';

const PAGE = 65536;
/** A line of the processor's cache: no two slots share one. */
const LINE = 64;

const strideFor = (maxFrame: number): number => Math.ceil((PACKET_OFFSET + maxFrame) / LINE) * LINE;

/** Where `capacity` slots for frames of up to `maxFrame` bytes end, and one more for frames from elsewhere. */
export const slotsEnd = (capacity: number, maxFrame: number): number =>
  PAGE + (capacity + 1) * strideFor(maxFrame);

/** The slots of a memory that reaches up to {@link slotsEnd} already, and does not grow any more. */
export const slotsIn = ({ memory }: Kernels, capacity: number, maxFrame: number): Slots => {
  const bytes = new Uint8Array(memory.buffer);
  let address = 0;
  return {
    bytes,
    // Asked for by devices of the kernel only: those in memory work where no system call can be made.
    get address() {
      if (address === 0) address = libc().addressOf(bytes);
      return address;
    },
    base: PAGE,
    stride: strideFor(maxFrame),
    capacity,
    lengths: new Uint32Array(capacity),
  };
};

/** The same for kernels that have nothing but slots: the memory grows here, once. */
export const makeSlots = (kernels: Kernels, capacity: number, maxFrame: number): Slots => {
  if (kernels.memory.buffer.byteLength !== PAGE)
    throw new Error('this instance of the kernels has its slots already: load another');
  growTo(kernels, slotsEnd(capacity, maxFrame));
  return slotsIn(kernels, capacity, maxFrame);
};
