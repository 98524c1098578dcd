// Frames, ranges and windows: laws that hold for all of them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EMPTY_WINDOW,
  WINDOW,
  isNew,
  withCounter,
} from '../../../core/cluster/association/window.ts';
import type { NodeId } from '../../../core/cluster/identity.ts';
import { hexOf } from '../../../core/cluster/identity.ts';
import type { Frame } from '../../../core/cluster/wire/frame.ts';
import { decodeFrames, encodeFrame } from '../../../core/cluster/wire/frame.ts';
import type { Range } from '../../../core/cluster/wire/range.ts';
import { covers, withRange, without } from '../../../core/cluster/wire/range.ts';

const u48 = fc.nat({ max: 2 ** 48 - 1 });
const u32 = fc.nat({ max: 2 ** 32 - 1 });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const id = bytes(16).map((value) => hexOf(value) as NodeId);
const range = fc.record({ from: u48, to: u48 });

const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    kind: fc.constant('accept' as const),
    publicKey: bytes(32),
    life: bytes(8),
    index: u32,
    signature: bytes(64),
  }),
  fc.record({
    kind: fc.constant('ping' as const),
    number: u32,
    digest: bytes(8),
    padding: fc.nat({ max: 200 }),
  }),
  fc.record({ kind: fc.constant('pong' as const), number: u32, digest: bytes(8) }),
  fc.record({
    kind: fc.constant('data' as const),
    epoch: u32,
    offset: u48,
    number: u32,
    bytes: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.record({
    kind: fc.constant('ack' as const),
    epoch: u32,
    next: u48,
    limit: u48,
    echo: u32,
    delay: fc.nat({ max: 0xffff }),
    ranges: fc.array(range, { maxLength: 16 }),
  }),
  fc.record({
    kind: fc.constant('versions' as const),
    first: id,
    last: id,
    versions: fc.array(fc.record({ id, version: u48, check: u32 }), { maxLength: 40 }),
  }),
  fc.record({
    kind: fc.constant('entry' as const),
    bytes: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.record({ kind: fc.constant('want' as const), ids: fc.array(id, { maxLength: 64 }) }),
  fc.record({ kind: fc.constantFrom('doubt' as const, 'ask' as const, 'heard' as const), id }),
);

const joined = (parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

describe('frames', () => {
  it('B11: several in one datagram are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), (frames) => {
        expect(decodeFrames(joined(frames.map(encodeFrame)))).toEqual(frames);
      }),
    );
  });

  it('B11: what is cut short is refused as a whole', () => {
    fc.assert(
      fc.property(frame, fc.nat(), (one, cut) => {
        const whole = encodeFrame(one);
        const length = cut % whole.length;
        expect(decodeFrames(whole.subarray(0, length))).toEqual(length === 0 ? [] : null);
      }),
    );
  });

  it('B11: garbage is refused, or read as some frames, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        const frames = decodeFrames(garbage);
        if (frames !== null) expect(decodeFrames(joined(frames.map(encodeFrame)))).toEqual(frames);
      }),
    );
  });
});

describe('the window against replays', () => {
  it('B5: takes each counter once, in any order, and nothing that lies too far back', () => {
    const counters = fc.array(fc.nat({ max: 3000 }), { maxLength: 300 });
    fc.assert(
      fc.property(counters, (list) => {
        const seen = new Set<number>();
        let window = EMPTY_WINDOW;
        let highest = -1;
        for (const counter of list) {
          const expected = !seen.has(counter) && counter > highest - WINDOW;
          expect(isNew(window, counter)).toBe(expected);
          if (!expected) continue;
          seen.add(counter);
          highest = Math.max(highest, counter);
          window = withCounter(window, counter);
        }
      }),
    );
  });
});

describe('ranges', () => {
  const short = fc
    .tuple(fc.nat({ max: 60 }), fc.integer({ min: 1, max: 15 }))
    .map(([from, length]): Range => ({ from, to: from + length }));
  const members = (ranges: readonly Range[]): readonly number[] =>
    [
      ...new Set(
        ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at)),
      ),
    ].sort((one, other) => one - other);

  it('B6: hold what was put in, sorted, and do not touch', () => {
    fc.assert(
      fc.property(fc.array(short, { maxLength: 12 }), short, (list, probe) => {
        const ranges = list.reduce<readonly Range[]>(withRange, []);
        expect(members(ranges)).toEqual(members(list));
        for (const [at, { from }] of ranges.entries())
          if (at > 0) expect(from).toBeGreaterThan(ranges[at - 1]?.to ?? Infinity);
        const held = new Set(members(list));
        const rest = members([probe]).filter((one) => !held.has(one));
        expect(members(without(probe, ranges))).toEqual(rest);
        expect(covers(ranges, probe)).toBe(rest.length === 0);
      }),
    );
  });
});
