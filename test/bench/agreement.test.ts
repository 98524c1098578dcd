// What is measured beside the kernels does the kernels' work, on any frames: else it would be no measure.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import * as flow from '../../assembly/layout/flow.ts';
import { ETHERNET } from '../../assembly/layout/slot.ts';
import type { Link } from '../../core/decision/topology.ts';
import { FIRST_NETWORK, INTERCONNECT } from '../../core/decision/topology.ts';
import { javascriptPipeline } from './javascript/pipeline.ts';
import { batchWords, compile, compilers, gatewayWords, load } from './native.ts';
import type { Batch } from './places.ts';
import { established, fixedService, nfsCalls } from './traffic.ts';
import { makeWorld } from './world.ts';

const FLOWS = 500;
const COUNT = 64;
/** No link. */
const NONE = 0xffff;
const world = makeWorld(FLOWS);
const { of, kernels, pipeline, places, memory } = world;
const { slots } = memory;
const { bytes, base, stride, lengths, egresses } = slots;
const records = bytes.subarray(places.records, places.records + (FLOWS + 1) * flow.RECORD_SIZE);

/** Some connections are in other phases, were opened by their node, or were idle too long. */
const view = new DataView(records.buffer, records.byteOffset, records.length);
for (let record = 1; record <= FLOWS; record++) {
  const at = record * flow.RECORD_SIZE;
  if (record % 7 === 0) view.setFloat64(at + flow.LAST_SEEN, -1e12, true);
  if (record % 3 !== 0) continue;
  const phase = Math.floor(record / 3) & flow.PHASE_MASK;
  const opener = record % 5 === 0 ? flow.OPENED_BY_NODE : 0;
  view.setUint8(at + flow.STATE, flow.IN_USE | opener | phase);
}
const pristine = records.slice();

type Repeat = (batch: Batch, now: number) => number;

/** The kernels, which stop at each frame that goes up. */
const byKernels: Repeat = (
  { ingress, slots: at, lengths: lengthsAt, egresses: egressesAt },
  now,
) => {
  kernels.placeSlots(at, stride, lengthsAt, egressesAt);
  pipeline.look(ingress, 0, COUNT);
  let passed = 0;
  for (let from = 0; from < COUNT; from++) {
    const up = pipeline.repeat(from, COUNT, now);
    passed += up - from;
    from = up;
  }
  return passed;
};

const folder = mkdtempSync(join(tmpdir(), 'onehost-bench-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const [compiler] = compilers();

const byC = (): Repeat => {
  if (compiler === undefined) throw new Error('there is no compiler');
  const { repeatBatches } = load(compile(compiler, folder));
  const gateway = gatewayWords(bytes, places);
  return (batch, now) =>
    repeatBatches(gateway, batchWords([batch]), 1, now, false, null, new Float64Array(1));
};

const traffics = [established(of, FLOWS, 64), fixedService(of, FLOWS, 64), nfsCalls(of, FLOWS)];

interface Sent {
  readonly traffic: number;
  /** Bits that are turned, at places of the frame, and bytes that are missing. */
  readonly turned: readonly (readonly [at: number, bits: number])[];
  /** Below 0: bytes that follow. */
  readonly missing: number;
  /** Where UDP has its checksum there is none. */
  readonly isUnsummed: boolean;
}

const sent: fc.Arbitrary<Sent> = fc.record({
  traffic: fc.nat({ max: traffics.length - 1 }),
  turned: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.tuple(fc.nat({ max: 120 }), fc.integer({ min: 1, max: 255 })), {
        maxLength: 2,
      }),
    },
  ),
  missing: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -20, max: 64 }) },
  ),
  isUnsummed: fc.boolean(),
});

const UDP_CHECKSUM_AT = 14 + 20 + 6;

const frameOf = (one: Sent, ingress: Link): Uint8Array => {
  const { traffic, turned, missing, isUnsummed } = one;
  const whole = traffics[traffic]?.next(ingress) ?? new Uint8Array(0);
  const frame = Uint8Array.from([...whole, ...new Uint8Array(Math.max(0, -missing))]);
  if (isUnsummed && traffic > 0) frame.fill(0, UDP_CHECKSUM_AT, UDP_CHECKSUM_AT + 2);
  for (const [at, bits] of turned) if (at < frame.length) frame[at] = (frame[at] ?? 0) ^ bits;
  return frame.subarray(0, frame.length - Math.max(0, missing));
};

/** Times within the grain of times last seen, beyond it, and when no hop is believed any more. */
const times = fc.constantFrom(500, 500, 1500, 59_000, 70_000);

/** What a repeater leaves: how many frames it passed on, and then the frames, their notes and all records. */
const outcome = (repeat: Repeat, batch: Batch, frames: readonly Uint8Array[], now: number) => {
  records.set(pristine);
  bytes.fill(0, base, base + COUNT * stride);
  for (const [index, frame] of frames.entries()) {
    bytes.set(frame, base + index * stride + ETHERNET);
    lengths[index] = frame.length;
  }
  egresses.fill(NONE, 0, COUNT);
  const passed = repeat(batch, now);
  const slotsAfter = frames.map((_, index) =>
    bytes.slice(base + index * stride, base + (index + 1) * stride),
  );
  return {
    passed,
    slotsAfter,
    lengths: lengths.slice(0, COUNT),
    egresses: egresses.slice(0, COUNT),
    records: records.slice(),
  };
};

type Outcome = ReturnType<typeof outcome>;

const isSame = (one: ArrayLike<number>, other: ArrayLike<number>): boolean =>
  one.length === other.length && Array.from(one).every((value, at) => value === other[at]);

/** Where one leaves something else than the other, in few words: whole memories are for nobody to read. */
const differences = (one: Outcome, other: Outcome): readonly string[] => [
  ...(one.passed === other.passed ? [] : [`passed ${one.passed} and ${other.passed}`]),
  ...one.slotsAfter.flatMap((slot, index) =>
    Buffer.compare(slot, other.slotsAfter[index] ?? slot) === 0 ? [] : [`slot ${index}`],
  ),
  ...(isSame(one.lengths, other.lengths) ? [] : ['lengths']),
  ...(isSame(one.egresses, other.egresses) ? [] : ['egresses']),
  ...(Buffer.compare(one.records, other.records) === 0 ? [] : ['records']),
];

const agrees = (repeat: Repeat): void => {
  let passed = 0;
  const property = fc.property(
    fc.array(sent, { minLength: COUNT, maxLength: COUNT }),
    fc.constantFrom(INTERCONNECT, FIRST_NETWORK),
    times,
    (all, ingress, now) => {
      const batch: Batch = {
        ...{ ingress, count: COUNT, slots: base, stride },
        lengths: lengths.byteOffset,
        egresses: egresses.byteOffset,
      };
      const frames = all.map((one) => frameOf(one, ingress));
      const expected = outcome(byKernels, batch, frames, now);
      passed += expected.passed;
      expect(differences(expected, outcome(repeat, batch, frames, now))).toEqual([]);
    },
  );
  fc.assert(property, { numRuns: 60 });
  // A gateway that passes nothing on agrees with any other that does not.
  expect(passed).toBeGreaterThan(COUNT);
};

describe('a reference leaves what the kernels leave', () => {
  const { inPasses, singly } = javascriptPipeline(world.words, places);

  it('C7: the one in JavaScript, in passes', () => agrees(inPasses));
  it('C7: the one in JavaScript, frame by frame', () => agrees(singly));
  it.runIf(compiler !== undefined)('C7: the one in C', () => agrees(byC()));
});
