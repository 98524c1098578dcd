// Whatever bytes come: no reader throws, looks outside its message, or looks often; offsets stay inside.

import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCall } from '../../../core/rpc/call.ts';
import { PRESETS, nodeNumberIn } from '../../../core/rpc/filehandle.ts';
import { readMountResult, readPath } from '../../../core/rpc/mount.ts';
import { readHandle } from '../../../core/rpc/nfs.ts';
import { readMapping, readPort } from '../../../core/rpc/portmap.ts';
import { readReply } from '../../../core/rpc/reply.ts';
import { readRpcb } from '../../../core/rpc/rpcbind.ts';
import type { Extent } from '../../../core/rpc/xdr.ts';
import { after } from '../../../core/rpc/xdr.ts';
import type { ReadonlyBytes } from '../../../core/wire/bytes.ts';
import * as arbitrary from '../../arbitraries/rpc.ts';
import { guarded } from './guarded.ts';
import { bytes, counted, raw, string, word } from './slow-xdr.ts';

/** Offsets that a reader gave out; each must lie within the message. */
type Reader = (bytes: ReadonlyBytes, at: number, end: number) => readonly number[];

const ofExtent = (found: Extent | string | null): readonly number[] =>
  found === null || typeof found === 'string' ? [] : [found.at, after(found)];

const mountResult =
  (version: number): Reader =>
  (view, at, end) => {
    const found = readMountResult(view, at, end, version);
    return typeof found === 'string' ? [] : ofExtent(found.handle);
  };

const READERS: Readonly<Record<string, Reader>> = {
  readCall: (view, at, end) => {
    const found = readCall(view, at, end);
    return found.kind === 'call' ? [found.argumentsAt] : [];
  },
  'readCall, readHandle, nodeNumberIn': (view, at, end) => {
    const call = readCall(view, at, end);
    if (call.kind !== 'call') return [];
    const handle = readHandle(view, call, end);
    if (typeof handle === 'string') return [];
    for (const field of Object.values(PRESETS)) nodeNumberIn(view, handle.at, handle.length, field);
    return ofExtent(handle);
  },
  'readCall, readPath': (view, at, end) => {
    const call = readCall(view, at, end);
    if (call.kind !== 'call') return [];
    const path = readPath(view, call.argumentsAt, end);
    expect(E.isLeft(path) || path.right.length <= 1024).toBe(true);
    return [call.argumentsAt];
  },
  'readCall, readRpcb': (view, at, end) => {
    const call = readCall(view, at, end);
    if (call.kind !== 'call') return [];
    readRpcb(view, call.argumentsAt, end);
    return [call.argumentsAt];
  },
  readReply: (view, at, end) => {
    const found = readReply(view, at, end);
    return found.kind === 'reply' ? [found.resultsAt] : [];
  },
  readMapping: (view, at, end) => (readMapping(view, at, end), []),
  readPort: (view, at, end) => (readPort(view, at, end), []),
  readRpcb: (view, at, end) => (readRpcb(view, at, end), []),
  readPath: (view, at, end) => (readPath(view, at, end), []),
  'readMountResult of version 1': mountResult(1),
  'readMountResult of version 3': mountResult(3),
};

const none = word(0) + word(0);
const sys = word(1) + counted(new Uint8Array(24));
const callTo = (program: number, version: number, procedure: number, args: string): Uint8Array =>
  bytes(...[7, 0, 2, program, version, procedure].map(word), sys, none, args);

const MESSAGES: readonly Uint8Array[] = [
  callTo(100003, 3, 6, counted(new Uint8Array(28)) + word(0).repeat(3)),
  callTo(100003, 2, 6, raw(new Uint8Array(32)) + word(0).repeat(3)),
  callTo(100227, 3, 1, counted(new Uint8Array(64)) + word(0)),
  callTo(100005, 3, 1, string('/projects/one')),
  callTo(100000, 2, 3, [100005, 3, 17, 0].map(word).join('')),
  callTo(
    100000,
    4,
    3,
    word(100003) + word(3) + string('udp') + string('10.0.0.1.0.111') + string(''),
  ),
  bytes(word(7), word(1), word(0), none, word(0), word(0), counted(new Uint8Array(28)), word(0)),
  bytes(word(0), counted(new Uint8Array(28))),
  bytes(word(100003) + word(3) + string('udp') + string('10.0.0.1.0.111') + string('me')),
  bytes(string('/projects/one')),
];

const hostile = (): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 160 }),
    fc.constantFrom(...MESSAGES).chain(arbitrary.damaged),
    arbitrary.call().chain((call) => arbitrary.damaged(call.bytes)),
    arbitrary.reply().chain((reply) => arbitrary.damaged(reply.bytes)),
  );

const expectBounded = (read: Reader, message: Uint8Array, at: number, end: number): void => {
  const { bytes: view, looks } = guarded(message, at, end);
  for (const offset of read(view, at, end)) {
    expect(offset).toBeGreaterThanOrEqual(at);
    expect(offset).toBeLessThanOrEqual(end);
  }
  // Each byte is looked at twice at most, by reading and by copying.
  expect(looks()).toBeLessThanOrEqual(2 * (end - at));
};

describe.each(Object.entries(READERS))('%s', (_, read) => {
  it('keeps within any bytes', () => {
    fc.assert(
      fc.property(hostile(), fc.nat({ max: 7 }), fc.nat({ max: 7 }), (message, before, behind) => {
        const around = [new Uint8Array(before).fill(255), message, new Uint8Array(behind)];
        const whole = Uint8Array.from(around.flatMap((part) => [...part]));
        expectBounded(read, whole, before, before + message.length);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps within every message cut at every length', () => {
    for (const message of MESSAGES)
      for (let end = 0; end <= message.length; end++) expectBounded(read, message, 0, end);
  });

  it('keeps within every message any word of which lies', () => {
    for (const message of MESSAGES)
      for (let at = 0; at + 4 <= message.length; at += 4)
        for (const lie of [1, 33, 65, 256, 401, 1024, 1025, 0x7fffffff, 0xfffffffc, 0xffffffff]) {
          const lying = Uint8Array.from(message);
          new DataView(lying.buffer).setUint32(at, lie);
          expectBounded(read, lying, 0, lying.length);
        }
  });

  it('keeps within a message that begins past its end', () => {
    expectBounded(read, new Uint8Array(8), 8, 8);
    expect(read(guarded(new Uint8Array(8), 8).bytes, 8, 4)).toEqual([]);
  });
});
