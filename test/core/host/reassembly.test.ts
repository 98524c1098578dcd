// Putting datagrams together, apart from the switch (D3).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Datagram, HeldFragment } from '../../../core/decision/datagram.ts';
import { LOCAL } from '../../../core/decision/topology.ts';
import { fragmentsOf } from '../../../core/host/fragmentation.ts';
import {
  REASSEMBLY_TIME,
  isComplete,
  isOverdue,
  reassembled,
  withPiece,
} from '../../../core/host/reassembly.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { anyOrder, cutAt, packetIn, places, together } from '../../arbitraries/fragments.ts';
import { ipv4Packet } from '../../arbitraries/frames.ts';
import { CLUSTER, HOST, UDP } from '../switch/laboratory.ts';

const nothing: Datagram = {
  ingress: LOCAL,
  source: HOST,
  destination: CLUSTER,
  protocol: UDP,
  identification: 1,
  pieces: [],
  total: -1,
  fate: { kind: 'held' },
  held: [],
  since: 1000,
  turn: 0,
};

/** A packet with data, and the fragments of it in any order, each `at` bytes into its frame. */
const cutPackets = fc
  .tuple(ipv4Packet(), fc.uint8Array({ minLength: 9, maxLength: 2000, size: 'max' }))
  .map(([packet, payload]) =>
    ipv4.encode({ ...packet, moreFragments: false, fragmentOffset: 0, payload }),
  )
  .chain((packet) =>
    places(packetIn(packet).payload.length)
      .chain((at) => anyOrder(cutAt(packet, at)))
      .map((fragments) => ({ packet, fragments })),
  );

const held = (packet: Uint8Array, at: number): HeldFragment => {
  const frame = new Uint8Array(at + packet.length + 3).fill(0xa7);
  frame.set(packet, at);
  return { frame, at, length: packet.length, from: packetIn(packet).fragmentOffset };
};

const withFragment = (datagram: Datagram, packet: Uint8Array): Datagram => {
  const { fragmentOffset: from, payload, moreFragments } = packetIn(packet);
  const next = withPiece(datagram, { from, to: from + payload.length }, moreFragments);
  if (typeof next === 'string') throw new Error(next);
  return next;
};

describe('putting datagrams together', () => {
  it('D3: gives what was cut, whatever the order, padding and options; only the "do not fragment" is gone', () => {
    fc.assert(
      fc.property(cutPackets, fc.constantFrom(0, 14), ({ packet, fragments }, at) => {
        const whole = reassembled(fragments.map((one) => held(one, at)));
        expect(whole?.subarray(0, at).every((byte) => byte === 0xa7)).toBe(true);
        const expected = ipv4.encode({ ...packetIn(packet), dontFragment: false });
        expect(whole?.subarray(at)).toEqual(expected);
      }),
    );
  });

  it('D3: is complete with the last of the fragments, and not before', () => {
    fc.assert(
      fc.property(cutPackets, ({ fragments }) => {
        let datagram = nothing;
        fragments.forEach((one, index) => {
          datagram = withFragment(datagram, one);
          expect(isComplete(datagram)).toBe(index === fragments.length - 1);
        });
        const froms = datagram.pieces.map(({ from }) => from);
        expect(froms).toEqual([...froms].sort((a, b) => a - b));
      }),
    );
  });

  it('D3: takes no piece that shares a byte with another, nor one twice', () => {
    const eighths = fc.tuple(fc.nat({ max: 20 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(eighths, { maxLength: 12 }), eighths, (all, [at, size]) => {
        let datagram = nothing;
        for (const [from, length] of all) {
          const next = withPiece(datagram, { from: from * 8, to: (from + length) * 8 }, true);
          if (typeof next !== 'string') datagram = next;
        }
        const piece = { from: at * 8, to: (at + size) * 8 };
        const shared = datagram.pieces.filter(({ from, to }) => from < piece.to && to > piece.from);
        const isTwice = shared.some(({ from, to }) => from === piece.from && to === piece.to);
        const next = withPiece(datagram, piece, true);
        if (shared.length === 0) expect(next).toMatchObject({ total: -1 });
        else expect(next).toBe(isTwice ? 'fragment-duplicate' : 'fragment-overlap');
      }),
    );
  });

  it('D3: believes one end only, and nothing behind it', () => {
    const ended = withPiece(nothing, { from: 80, to: 100 }, false) as Datagram;
    expect(ended.total).toBe(100);
    expect(withPiece(ended, { from: 104, to: 112 }, true)).toBe('fragment-overlap');
    expect(withPiece(ended, { from: 40, to: 60 }, false)).toBe('fragment-overlap');
    expect(withPiece(ended, { from: 104, to: 112 }, false)).toBe('fragment-overlap');
    const far = withPiece(nothing, { from: 80, to: 160 }, true) as Datagram;
    expect(withPiece(far, { from: 40, to: 60 }, false)).toBe('fragment-overlap');
    expect(withPiece(far, { from: 160, to: 168 }, false)).toMatchObject({ total: 168 });
  });

  it('D3: gives nothing longer than a packet can be, and nothing of nothing', () => {
    const headers = packetIn(
      ipv4.encode({
        typeOfService: 0,
        identification: 9,
        dontFragment: false,
        moreFragments: true,
        fragmentOffset: 0,
        ttl: 9,
        protocol: UDP,
        source: HOST,
        destination: CLUSTER,
        options: new Uint8Array(4).fill(1),
        payload: new Uint8Array(65_504),
      }),
    );
    const last = (size: number) =>
      held(
        ipv4.encode({
          ...headers,
          moreFragments: false,
          fragmentOffset: 65_504,
          payload: new Uint8Array(size),
        }),
        0,
      );
    const first = held(ipv4.encode(headers), 0);
    expect(reassembled([last(7), first])?.length).toBe(65_535);
    expect(reassembled([last(8), first])).toBeNull();
    expect(reassembled([])).toBeNull();
  });

  it('D3: is over after 60 seconds', () => {
    expect(isOverdue(nothing, 1000 + REASSEMBLY_TIME - 1)).toBe(false);
    expect(isOverdue(nothing, 1000 + REASSEMBLY_TIME)).toBe(true);
  });
});

describe('cutting', () => {
  it('D3: gives fragments that fit, are the packet together, and may be cut again', () => {
    const mtus = fc.integer({ min: 68, max: 1500 });
    const packets = ipv4Packet().map((packet) => ({ ...packet, fragmentOffset: 0 }));
    const data = fc.uint8Array({ maxLength: 3000, size: 'max' });
    fc.assert(
      fc.property(packets, data, mtus, mtus, (headers, payload, wide, small) => {
        const packet = ipv4.encode({
          ...headers,
          dontFragment: false,
          moreFragments: false,
          payload,
        });
        const cut = fragmentsOf(packet, wide);
        const again = cut.flatMap((one) => (one.length > small ? fragmentsOf(one, small) : [one]));
        fc.pre(payload.length > 0);
        for (const one of cut) expect(one.length).toBeLessThanOrEqual(wide);
        for (const one of again) expect(one.length).toBeLessThanOrEqual(Math.max(wide, small));
        if (small < wide) for (const one of again) expect(one.length).toBeLessThanOrEqual(small);
        expect(together(cut)).toEqual(packet);
        expect(together(again.toReversed())).toEqual(packet);
      }),
    );
  });

  it('D3: repeats in later fragments only the options that are to be copied (RFC 791)', () => {
    // Record route (not copied), no operation, loose source route (copied), end.
    const options = Uint8Array.of(7, 3, 4, 1, 0x83, 3, 4, 0);
    const packet = ipv4.encode({
      typeOfService: 0,
      identification: 9,
      dontFragment: false,
      moreFragments: false,
      fragmentOffset: 0,
      ttl: 9,
      protocol: UDP,
      source: HOST,
      destination: CLUSTER,
      options,
      payload: new Uint8Array(200),
    });
    const [first, ...later] = fragmentsOf(packet, 108).map(packetIn);
    expect(first?.options).toEqual(options);
    expect(later).toHaveLength(2);
    for (const one of later) expect(one.options).toEqual(Uint8Array.of(0x83, 3, 4, 0));
  });
});
