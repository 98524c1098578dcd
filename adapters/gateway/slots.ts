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

/** How many slots there are, and for what frames. */
export interface SlotPlan {
  /** Slots that devices are read into. */
  readonly batch: number;
  /** Further ones behind them, for frames from elsewhere. */
  readonly spares: number;
  /** The longest frame, bytes. */
  readonly maxFrame: number;
}

/** Where slots end; their words come behind. */
const slotsOnlyEnd = ({ batch, spares, maxFrame }: SlotPlan): number =>
  PAGE + (batch + spares) * strideFor(maxFrame);

/** Where slots end, with all that is kept of them. */
export const slotsEnd = (plan: SlotPlan): number =>
  slotsOnlyEnd(plan) + (plan.batch * WORDS + 1) * WORD + NOTE;

/** Slots that the kernels know of. */
export interface KernelSlots extends Slots {
  /** The link that the frame in each slot leaves by, where the pipeline passed it on. */
  readonly egresses: Uint32Array;
}

/** The slots of a memory that reaches up to {@link slotsEnd} already, and does not grow any more. */
export const slotsIn = (kernels: Kernels, plan: SlotPlan): KernelSlots => {
  const { buffer } = kernels.memory;
  const bytes = new Uint8Array(buffer);
  const capacity = plan.batch;
  const stride = strideFor(plan.maxFrame);
  const lengthsAt = slotsOnlyEnd(plan);
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
  const plan = { batch: capacity, spares: 1, maxFrame };
  growTo(kernels, slotsEnd(plan));
  return slotsIn(kernels, plan);
};
