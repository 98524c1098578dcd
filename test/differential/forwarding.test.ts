// A forwarding carried out in a slot gives the frame of the reference; the slots themselves.

import * as fc from 'fast-check';
import koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import { PACKET_OFFSET } from '../../adapters/device.ts';
import { loadKernels, perform, performCopy } from '../../adapters/gateway/kernels.ts';
import { makeSlots } from '../../adapters/gateway/slots.ts';
import { mac } from '../../core/wire/address.ts';
import type { Endpoints, Rewrite } from '../../core/wire/rewrite.ts';
import { rewritten } from '../../core/wire/rewritten.ts';
import { endpoints, errorsAbout, packets } from '../arbitraries/rewritable.ts';

/** Bytes that are no packet. */
const noise = Uint8Array.from({ length: 2048 }, (_, n) => (n * 167 + (n >> 3)) & 255);

describe('perform', () => {
  const macs = fc.nat(0xffffffffffff).map(mac);
  const frameAddresses = fc.option(fc.record({ destination: macs, source: macs }));
  const changes = fc.option(fc.record({ to: endpoints, inner: endpoints, hops: fc.nat(1) }));

  it('A9: C2: any forwarding, in place or of a copy, gives the frame of the reference', () => {
    const own = loadKernels();
    const places = makeSlots(own, 4, 2048);
    fc.assert(
      fc.property(
        errorsAbout(packets),
        fc.constantFrom(0, 14),
        fc.nat(10),
        frameAddresses,
        changes,
        fc.boolean(),
        ({ packet, quotedAt }, at, padding, addresses, change, isError) => {
          const frame = Buffer.concat([noise.subarray(0, at), packet, noise.subarray(0, padding)]);
          const quoted = { at: at + quotedAt, endpoints: change?.inner as Endpoints };
          const rewrite: Rewrite | null = change && {
            packet: { at, endpoints: change.to },
            quoted: isError ? quoted : null,
            hops: change.hops,
          };
          const forwarding = { egress: 3, at, length: packet.length, addresses, rewrite };
          const reference = rewritten(frame, at, packet.length, rewrite, addresses);

          const slot = places.base + places.stride;
          places.bytes.fill(0xee);
          places.bytes.set(frame, slot + PACKET_OFFSET - at);
          const inPlace = perform(own, slot + PACKET_OFFSET, forwarding);
          const end = inPlace.offset + inPlace.length;
          expect(places.bytes.slice(inPlace.offset, end)).toEqual(reference);
          expect(inPlace.offset).toBe(slot + PACKET_OFFSET - (addresses === null ? 0 : 14));

          places.bytes.fill(0xee);
          const copy = performCopy(own, places, places.capacity, frame, forwarding);
          const last = copy.offset + copy.length;
          expect(places.bytes.slice(copy.offset, last)).toEqual(reference);
          const untouched = (byte: number) => byte === 0xee;
          expect(places.bytes.subarray(0, copy.offset).every(untouched)).toBe(true);
          expect(places.bytes.subarray(last).every(untouched)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('C2: a complete frame is copied as it is; one longer than a slot is refused', () => {
    const own = loadKernels();
    const places = makeSlots(own, 2, 1514);
    const frame = noise.subarray(0, 1514);
    const { offset, length } = performCopy(own, places, places.capacity, frame, null);
    expect(places.bytes.slice(offset, offset + length)).toEqual(frame);
    const long = new Uint8Array(places.stride + 1);
    const whole = { egress: 0, at: 0, length: long.length, addresses: null, rewrite: null };
    expect(() => performCopy(own, places, places.capacity, long, whole)).toThrow(RangeError);
    expect(() => performCopy(own, places, places.capacity, long, null)).toThrow(RangeError);
  });
});

describe('slots', () => {
  it('C2: lie apart by cache lines, with room for one frame more, at a known address', () => {
    const own = loadKernels();
    const places = makeSlots(own, 64, 1514);
    expect(places.base).toBe(65536);
    expect(places.stride % 64).toBe(0);
    expect(places.stride).toBeGreaterThanOrEqual(PACKET_OFFSET + 1514);
    expect(places.lengths.length).toBe(places.capacity);
    const end = places.base + (places.capacity + 1) * places.stride;
    expect(places.bytes.length).toBeGreaterThanOrEqual(end);
    expect(places.bytes.buffer).toBe(own.memory.buffer);
    places.bytes[places.base + 5] = 0xa7;
    expect(koffi.decode(BigInt(places.address + places.base + 5), 'uint8_t')).toBe(0xa7);
  });

  it('C2: are made once for an instance, as its memory must not grow again', () => {
    const own = loadKernels();
    makeSlots(own, 1, 64);
    expect(() => makeSlots(own, 1, 64)).toThrow('load another');
  });
});
