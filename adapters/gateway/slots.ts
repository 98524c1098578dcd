// Slots for frames in the kernels' memory: where devices read to and kernels work. See adapters/device.ts.

import type { Slots } from '../device.ts';
import { PACKET_OFFSET } from '../device.ts';
import { libc } from '../linux/libc.ts';
import type { Kernels } from './kernels.ts';

const PAGE = 65536;
/** A line of the processor's cache: no two slots share one. */
const LINE = 64;

/**
 * Makes `capacity` slots for frames of up to `maxFrame` bytes each, and one more for frames that come from
 * outside the memory. Once for an instance of the kernels: the memory grows here and never again.
 */
export const makeSlots = (kernels: Kernels, capacity: number, maxFrame: number): Slots => {
  const { memory } = kernels;
  if (memory.buffer.byteLength !== PAGE)
    throw new Error('this instance of the kernels has its slots already: load another');
  const stride = Math.ceil((PACKET_OFFSET + maxFrame) / LINE) * LINE;
  memory.grow(Math.ceil(((capacity + 1) * stride) / PAGE));

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
    stride,
    capacity,
    lengths: new Uint32Array(capacity),
  };
};
