// Slots for frames in the kernels' memory: where devices read to and kernels work. See adapters/device.ts.

import type { Slots } from '../device.ts';
import { ETHERNET } from '../../assembly/layout/slot.ts';
import { libc } from '../linux/libc.ts';
import { growTo } from './flow/memory.ts';
import type { Kernels } from './kernels.ts';

const PAGE = 65536;
/** A line of the processor's cache: no two slots share one. */
const LINE = 64;

/**
 * An odd number of lines: the heads of frames, which are looked at together, then lie in different sets of
 * the processor's cache.
 */
const strideFor = (maxFrame: number): number => {
  const lines = Math.ceil((ETHERNET + maxFrame) / LINE);
  return (lines + (lines % 2 === 0 ? 1 : 0)) * LINE;
};

const WORD = 4;
/** Words that are kept of each slot: length, egress, and five notes of the pipeline's. */
const WORDS = 7;
/** The pipeline's notes begin at a multiple of this. */
const NOTE = 16;

/** Where slots end, and one more for frames from elsewhere; their words come behind. */
const slotsOnlyEnd = (capacity: number, maxFrame: number): number =>
  PAGE + (capacity + 1) * strideFor(maxFrame);

/** Where `capacity` slots for frames of up to `maxFrame` bytes end, with all that is kept of them. */
export const slotsEnd = (capacity: number, maxFrame: number): number =>
  slotsOnlyEnd(capacity, maxFrame) + (capacity * WORDS + 1) * WORD + NOTE;

/** Slots that the kernels know of. */
export interface KernelSlots extends Slots {
  /** The link that the frame in each slot leaves by, where the pipeline passed it on. */
  readonly egresses: Uint32Array;
}

/** The slots of a memory that reaches up to {@link slotsEnd} already, and does not grow any more. */
export const slotsIn = (kernels: Kernels, capacity: number, maxFrame: number): KernelSlots => {
  const { buffer } = kernels.memory;
  const bytes = new Uint8Array(buffer);
  const stride = strideFor(maxFrame);
  const lengthsAt = slotsOnlyEnd(capacity, maxFrame);
  const egressesAt = lengthsAt + capacity * WORD;
  kernels.placeSlots(PAGE, stride, lengthsAt, egressesAt);
  kernels.placeScratch(Math.ceil((egressesAt + capacity * WORD) / NOTE) * NOTE, capacity);
  let address = 0;
  return {
    bytes,
    // Asked for by devices of the kernel only: those in memory work where no system call can be made.
    get address() {
      if (address === 0) address = libc().addressOf(bytes);
      return address;
    },
    base: PAGE,
    stride,
    capacity,
    lengths: new Uint32Array(buffer, lengthsAt, capacity),
    egresses: new Uint32Array(buffer, egressesAt, capacity),
  };
};

/** The same for kernels that have nothing but slots: the memory grows here, once. */
export const makeSlots = (kernels: Kernels, capacity: number, maxFrame: number): KernelSlots => {
  if (kernels.memory.buffer.byteLength !== PAGE)
    throw new Error('this instance of the kernels has its slots already: load another');
  growTo(kernels, slotsEnd(capacity, maxFrame));
  return slotsIn(kernels, capacity, maxFrame);
};
