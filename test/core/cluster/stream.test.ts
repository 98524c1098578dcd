// The stream: any pieces in any order give the messages that were put in, each once and in order (B5, B8).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_PARTS,
  isRepeated,
  newIncoming,
  rangesOf,
  receive,
} from '../../../core/cluster/stream/incoming.ts';
import type { Incoming } from '../../../core/cluster/stream/incoming.ts';
import type { Queued } from '../../../core/cluster/stream/outgoing.ts';
import { MESSAGE_HEADER } from '../../../core/cluster/stream/outgoing.ts';
import { bytesOf } from '../../../core/cluster/stream/transmit.ts';
import { SERVICE_CLASSES } from '../../../core/cluster/service-class.ts';
import { decodeFrames, encodeFrame } from '../../../core/cluster/wire/frame.ts';
import type { ReadonlyBytes } from '../../../core/wire/bytes.ts';

const messages = fc.array(
  fc.record({
    message: fc.uint8Array({ maxLength: 60 }),
    serviceClass: fc.constantFrom(...SERVICE_CLASSES),
  }),
  { maxLength: 8 },
);

const queueOf = (list: readonly Pick<Queued, 'message' | 'serviceClass'>[]): readonly Queued[] => {
  let from = 0;
  return list.map((one, reference) => {
    const to = from + MESSAGE_HEADER + one.message.length;
    const queued = { ...one, reference, from, to, queuedAt: 0 };
    from = to;
    return queued;
  });
};

describe('a stream', () => {
  it('B5, B8: gives the messages again, however it was cut, doubled and shuffled', () => {
    const piece = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 30 }));
    fc.assert(
      fc.property(messages, fc.array(piece, { maxLength: 60 }), (list, pieces) => {
        const queue = queueOf(list);
        const end = queue.at(-1)?.to ?? 0;
        let incoming = newIncoming(0, 1e9);
        const got: unknown[] = [];
        const take = (from: number, to: number): void => {
          const known = incoming;
          const taken = receive(incoming, from, bytesOf(queue, { from, to }));
          expect(taken.sound).toBe(true);
          if (isRepeated(known, { from, to })) expect(taken.incoming.next).toBe(known.next);
          incoming = taken.incoming;
          got.push(...taken.messages);
        };
        if (end > 0)
          for (const [start, length] of pieces) {
            const from = start % end;
            take(from, Math.min(end, from + length));
            for (const { from: after } of rangesOf(incoming, 99))
              expect(after).toBeGreaterThan(incoming.next);
          }
        if (incoming.next < end) take(incoming.next, end);
        expect(got).toEqual(list);
        expect(incoming.parts).toEqual([]);
        expect(incoming.chain).toBeNull();
      }),
    );
  });
});

/** A piece as it comes: in a datagram that a heartbeat fills up. */
const inLongDatagram = (offset: number, bytes: Uint8Array): ReadonlyBytes => {
  const data = encodeFrame({ kind: 'data', epoch: 0, offset, number: 0, bytes });
  const digest = new Uint8Array(8);
  const ping = encodeFrame({ kind: 'ping', number: 0, digest, padding: 1300 });
  const [first] = decodeFrames(Uint8Array.from([...data, ...ping])) ?? [];
  if (first?.kind !== 'data') throw new Error('no data');
  return first.bytes;
};

/** What is kept of a stream: pieces, and the bytes of memory behind them. */
const kept = ({ chain, parts }: Incoming): { readonly pieces: number; readonly memory: number } => {
  const all: ReadonlyBytes[] = parts.map(({ bytes }) => bytes);
  for (let link = chain; link !== null; link = link.before) all.push(link.bytes);
  const buffers = new Set(all.map((bytes) => (bytes as Uint8Array).buffer));
  const memory = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { pieces: all.length, memory };
};

/** The header of a message of 1 MiB, and 3000 bytes of it. */
const LONG = Uint8Array.from({ length: 3005 }, (_, at) => (at === 2 ? 0x10 : at < 5 ? 0 : 7));

describe('a stream in small pieces', () => {
  it('B11: in order, is kept in little more memory than it has bytes', () => {
    let incoming = newIncoming(0, 1e9);
    for (let at = 0; at < LONG.length; at += 1)
      incoming = receive(incoming, at, inLongDatagram(at, LONG.slice(at, at + 1))).incoming;
    expect(incoming.chained).toBe(LONG.length);
    const { pieces, memory } = kept(incoming);
    expect(memory).toBeLessThanOrEqual(2 * LONG.length);
    expect(pieces).toBeLessThanOrEqual(4);
  });

  it('B11: each of them repeating what was before, holds none of that', () => {
    let incoming = newIncoming(0, 1e9);
    for (let at = 0; at < LONG.length; at += 1) {
      const from = Math.max(0, at - 1400);
      incoming = receive(incoming, from, LONG.slice(from, at + 1)).incoming;
    }
    expect(incoming.chained).toBe(LONG.length);
    expect(kept(incoming).memory).toBeLessThanOrEqual(2 * LONG.length);
  });

  it('B11: out of order, holds no datagrams', () => {
    let incoming = newIncoming(0, 1e9);
    for (let at = 1; at < 600; at += 2)
      incoming = receive(incoming, at, inLongDatagram(at, LONG.slice(at, at + 1))).incoming;
    expect(incoming.parts.length).toBe(300);
    expect(kept(incoming).memory).toBeLessThanOrEqual(2 * 600);
  });

  it('B11: with gaps, is kept up to a number of pieces; what is told to have come stays, and the rest comes again', () => {
    const message = new Uint8Array(6000).fill(7);
    const queue = queueOf([{ message, serviceClass: 'bulk' }]);
    let incoming = newIncoming(0, 1e9);
    const take = (from: number, to: number): readonly unknown[] => {
      const taken = receive(incoming, from, bytesOf(queue, { from, to }));
      incoming = taken.incoming;
      expect(incoming.parts.length).toBeLessThanOrEqual(MAX_PARTS);
      return taken.messages;
    };
    for (let at = 1; at < 6000; at += 2) take(at, at + 1);
    expect(incoming.parts.length).toBe(MAX_PARTS);
    const told = rangesOf(incoming, MAX_PARTS);
    // What fills gaps takes no place of its own; one more part still has none.
    take(5, 30);
    expect(incoming.parts.length).toBeLessThan(MAX_PARTS);
    for (let at = 3000; at < 6000; at += 2) take(at, at + 1);
    expect(incoming.parts.length).toBe(MAX_PARTS);
    for (const range of told)
      expect(rangesOf(incoming, MAX_PARTS)).toSatisfy((all: typeof told) =>
        all.some(({ from, to }) => from <= range.from && range.to <= to),
      );
    const got: unknown[] = [];
    for (let at = 0; at < 6005; at += 100) got.push(...take(at, Math.min(6005, at + 100)));
    expect(got).toEqual([{ message, serviceClass: 'bulk' }]);
    expect(incoming.parts).toEqual([]);
  });
});
