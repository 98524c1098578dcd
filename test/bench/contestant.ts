// Those who repeat the frames of an arena: the kernels, C, JavaScript. All of them work on the same memory.

import type { Arena } from './arena.ts';
import type { RepeatBatch } from './javascript/pipeline.ts';
import { javascriptPipeline } from './javascript/pipeline.ts';
import type { Native } from './native.ts';
import { batchWords, gatewayWords } from './native.ts';
import type { Batch } from './places.ts';
import type { Verify } from './verification.ts';
import { verifyByKernel, verifyInJavascript } from './verification.ts';
import type { World } from './world.ts';

/** A time at which all that was learned is believed, and no time last seen has to be written. */
export const NOW = 500;

/** What a turn did, and how long that took where only the contestant knows. */
export interface Done {
  readonly items: number;
  readonly nanoseconds?: number;
}

export interface Contestant {
  readonly name: string;
  /** One turn. */
  readonly run: () => Done;
}

/** How frames are found by whoever repeats them. */
export interface Manner {
  /** Each batch is verified before, to the last byte. */
  readonly isVerified?: boolean;
  /** Each batch is put into its slots right before, as a device does that reads; its time does not count. */
  readonly isFresh?: boolean;
}

/** Turns of those who take batch after batch. */
const turns =
  (arena: Arena, { isFresh = false }: Manner, verify: Verify, repeat: (batch: Batch) => number) =>
  (): Done => {
    let items = 0;
    let milliseconds = 0;
    for (const [index, batch] of arena.batches.entries()) {
      if (isFresh) arena.put(index);
      const before = isFresh ? performance.now() : 0;
      items += repeat(batch) - (batch.count - verify(batch));
      if (isFresh) milliseconds += performance.now() - before;
    }
    return isFresh ? { items, nanoseconds: milliseconds * 1e6 } : { items };
  };

const unverified: Verify = ({ count }) => count;

/** The kernels, in batches as the gateway calls them. */
export const wasm = (world: World, arena: Arena, manner: Manner = {}): Contestant => {
  const { kernels, pipeline } = world;
  const repeat = ({ ingress, count, slots, stride, lengths, egresses }: Batch): number => {
    kernels.placeSlots(slots, stride, lengths, egresses);
    pipeline.look(ingress, 0, count);
    return pipeline.repeat(0, count, NOW);
  };
  const verify = manner.isVerified ? verifyByKernel(world) : unverified;
  return { name: 'WASM', run: turns(arena, manner, verify, repeat) };
};

/** The same with each frame as a batch of its own. */
export const wasmSingly = (world: World, arena: Arena): Contestant => {
  const batches = arena.batches.flatMap((batch) =>
    Array.from({ length: batch.count }, (_, index) => ({
      ...batch,
      count: 1,
      slots: batch.slots + index * batch.stride,
      lengths: batch.lengths + index * 4,
      egresses: batch.egresses + index * 4,
    })),
  );
  return { name: 'WASM, frame by frame', run: wasm(world, { ...arena, batches }).run };
};

export const nativeName = ({ family }: Native): string => `C, ${family}`;

export const native = (
  reference: Native,
  { memory, places }: World,
  { batches, pristine }: Arena,
  { isVerified = false, isFresh = false }: Manner = {},
): Contestant => {
  const gateway = gatewayWords(memory.slots.bytes, places);
  const words = batchWords(batches);
  const took = new Float64Array(1);
  const { repeatBatches } = reference;
  const run = (from: Uint8Array | null): number =>
    repeatBatches(gateway, words, batches.length, NOW, isVerified, from, took);
  return {
    name: nativeName(reference),
    run: () =>
      isFresh ? { items: run(pristine), nanoseconds: took[0] ?? NaN } : { items: run(null) },
  };
};

/**
 * In passes like the others, which is what JavaScript does best; and one frame after another, without passes
 * that have memory come.
 */
export const javascript = (
  world: World,
  arena: Arena,
  manner: Manner = {},
): { readonly inPasses: Contestant; readonly singly: Contestant } => {
  const { inPasses, singly } = javascriptPipeline(world.words, world.places);
  const verify = manner.isVerified ? verifyInJavascript(world) : unverified;
  const by = (name: string, repeat: RepeatBatch): Contestant => ({
    name,
    run: turns(arena, manner, verify, (batch) => repeat(batch, NOW)),
  });
  return {
    inPasses: by('JavaScript', inPasses),
    singly: by('JavaScript, frame by frame', singly),
  };
};
