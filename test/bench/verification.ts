// Whether frames came unhurt: their transport checksums, over every byte. The gateway does not ask this of
// packets that it passes on, since their checksums only follow what is changed; it is measured as the work of
// those who do.

import { PACKET } from '../../assembly/layout/slot.ts';
import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import type { Sums } from './javascript/checksum.ts';
import { swap16 } from './javascript/memory.ts';
import type { Batch } from './places.ts';
import type { World } from './world.ts';

/** How many frames of a batch are sound. */
export type Verify = (batch: Batch) => number;

const each =
  (isSound: Sums['isSound']): Verify =>
  ({ slots, stride, count }) => {
    let sound = 0;
    for (let index = 0; index < count; index++)
      if (isSound(slots + index * stride + PACKET)) sound++;
    return sound;
  };

/** By one call of the kernel for each frame, the pseudo header being summed up before. */
export const verifyByKernel = ({ kernels, words: { get8, get16 }, sums }: World): Verify =>
  each((at) => {
    const header = (get8(at) & 15) << 2;
    const length = swap16(get16(at + ipv4.TOTAL_LENGTH)) - header;
    return kernels.checksum(at + header, length, swap16(sums.pseudoHeader(at, length))) === 0;
  });

export const verifyInJavascript = ({ sums }: World): Verify => each(sums.isSound);
