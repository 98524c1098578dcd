// Frames in slots of the kernels' memory, which every contestant finds as they were at first.

import { ETHERNET } from '../../assembly/layout/slot.ts';
import type { Batch } from './places.ts';
import type { Traffic } from './traffic.ts';
import type { World } from './world.ts';
import { BATCH, BATCHES } from './world.ts';

const WORD = 4;

export interface Arena {
  readonly batches: readonly Batch[];
  /** Copies of all frames, in order. */
  readonly frames: readonly Uint8Array[];
  /** All slots as they are at first, one behind the other. */
  readonly pristine: Uint8Array;
  /** Puts all frames back as they were. */
  readonly restore: () => void;
  /** Puts those of one batch back: their bytes alone, as a device does that reads. */
  readonly put: (batch: number) => void;
  /** All that a contestant changed or noted: slots, lengths, egresses. */
  outcome(): readonly Uint8Array[];
}

export const makeArena = ({ memory: { slots } }: World, traffic: Traffic): Arena => {
  const { bytes, base, stride, lengths, egresses } = slots;
  const end = base + BATCH * BATCHES * stride;
  const batches = Array.from({ length: BATCHES }, (_, batch): Batch => ({
    ingress: traffic.ingressOf(batch),
    count: BATCH,
    slots: base + batch * BATCH * stride,
    stride,
    lengths: lengths.byteOffset + batch * BATCH * WORD,
    egresses: egresses.byteOffset + batch * BATCH * WORD,
  }));
  const frames = batches.flatMap(({ ingress }) =>
    Array.from({ length: BATCH }, () => traffic.next(ingress)),
  );
  for (const [index, frame] of frames.entries()) {
    bytes.set(frame, base + index * stride + ETHERNET);
    lengths[index] = frame.length;
  }
  const pristine = bytes.slice(base, end);
  const pristineWords = new Int32Array(pristine.buffer);
  const pristineLengths = lengths.slice();
  const words = new Int32Array(bytes.buffer);
  return {
    batches,
    frames,
    pristine,
    put: (batch) => {
      // Word by word: a call for each frame would leave the processor with other things in mind.
      for (let index = batch * BATCH; index < (batch + 1) * BATCH; index++) {
        const length = pristineLengths[index] as number;
        lengths[index] = length;
        let from = (index * stride) / WORD;
        let to = (base + index * stride) / WORD;
        for (let rest = ETHERNET + length; rest > 0; rest -= WORD)
          words[to++] = pristineWords[from++] as number;
      }
    },
    restore: () => {
      bytes.set(pristine, base);
      lengths.set(pristineLengths);
      egresses.fill(0);
    },
    outcome: () => [
      bytes.slice(base, end),
      new Uint8Array(lengths.slice().buffer),
      new Uint8Array(egresses.slice().buffer),
    ],
  };
};
