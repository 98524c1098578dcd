import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../adapters/offload/header.ts';
import { plainFrames } from '../../../adapters/offload/plain.ts';
import { ipv4, mac } from '../../../core/wire/address.ts';
import type { ReadonlyBytes } from '../../../core/wire/bytes.ts';
import { packetAt } from '../../../core/wire/packet.ts';
import type { Ends, Offloaded, Shape } from '../../arbitraries/offload.ts';
import { PLAIN_SHAPE, offloaded, shapes } from '../../arbitraries/offload.ts';
import { slowPieces } from './slow-pieces.ts';

const ends = (protocol: 6 | 17): Ends => ({
  link: 2,
  destinationMac: mac(0x02005e000101),
  sourceMac: mac(0x02005e000109),
  protocol,
  source: ipv4(0xc6336409),
  destination: ipv4(0xc6336401),
  sourcePort: 40000,
  destinationPort: 80,
});

const plain = ({ header, frame }: Offloaded): readonly ReadonlyBytes[] | null =>
  plainFrames(frame.slice(), 'ethernet', decode(header, 0));

const hex = (frames: readonly ReadonlyBytes[] | null): readonly string[] | null =>
  frames?.map((frame) => Buffer.from(frame as Uint8Array).toString('hex')) ?? null;

const sound = shapes.map((shape): Shape => ({ ...shape, wrong: 0, damage: [] }));
const protocols = fc.constantFrom<6 | 17>(6, 17);

/** A frame of 10 bytes of data, all of it as it should be, but for `changes`. */
const frameOf = (protocol: 6 | 17, changes: Partial<Shape>): Offloaded =>
  offloaded(ends(protocol), { ...PLAIN_SHAPE, payload: new Uint8Array(10).fill(7), ...changes });

const cutting = { kind: 'cutting', pieceSize: 4, notified: false } as const;

describe('the plain frames that a frame stands for', () => {
  it('are itself where nothing is left to be done', () => {
    fc.assert(
      fc.property(sound, protocols, fc.boolean(), (shape, protocol, valid) => {
        const one = offloaded(ends(protocol), {
          ...shape,
          left: { kind: valid ? 'data-valid' : 'nothing' },
        });
        expect(plain(one)).toEqual([one.frame]);
      }),
    );
  });

  it('are the frame with the checksum that its sender would have written', () => {
    fc.assert(
      fc.property(sound, protocols, (shape, protocol) => {
        const partial = offloaded(ends(protocol), { ...shape, left: { kind: 'checksum' } });
        const complete = offloaded(ends(protocol), { ...shape, left: { kind: 'nothing' } });
        expect(hex(plain(partial))).toEqual(hex([complete.frame]));
      }),
    );
  });

  it('are the pieces that the slow reference makes', () => {
    fc.assert(
      fc.property(sound, protocols, (shape, protocol) => {
        if (shape.left.kind !== 'cutting') return;
        const complete = offloaded(ends(protocol), { ...shape, left: { kind: 'nothing' } });
        const pieces = slowPieces(complete.frame, shape.left.pieceSize);
        expect(hex(plain(offloaded(ends(protocol), shape)))).toEqual(hex(pieces));
      }),
      { numRuns: 500 },
    );
  });

  it('carry on by as much as the partial sum was wrong', () => {
    const fieldAt = { 6: 50, 17: 40 };
    const field = (frame: ReadonlyBytes, protocol: 6 | 17): number =>
      ((frame[fieldAt[protocol]] ?? 0) << 8) | (frame[fieldAt[protocol] + 1] ?? 0);
    fc.assert(
      fc.property(sound, protocols, fc.nat({ max: 65534 }), (shape, protocol, wrong) => {
        const one = { ...shape, ipOptions: new Uint8Array(0) };
        if (one.left.kind !== 'cutting' && one.left.kind !== 'checksum') return;
        const right = plain(offloaded(ends(protocol), one)) ?? [];
        const all = plain(offloaded(ends(protocol), { ...one, wrong })) ?? [];
        expect(all).toHaveLength(right.length);
        expect(right.length).toBeGreaterThan(0);
        all.forEach((frame, index) => {
          const should = field(right[index] as ReadonlyBytes, protocol);
          expect((field(frame, protocol) + wrong) % 0xffff).toBe(should % 0xffff);
        });
      }),
    );
  });

  it('has 0xffff for a checksum of UDP that comes out as 0, and 0 in TCP', () => {
    // The first two bytes of data make up for what the others sum up to.
    for (const [protocol, fieldAt, spelling] of [
      [17, 40, [0xff, 0xff]],
      [6, 50, [0, 0]],
    ] as const) {
      const base = frameOf(protocol, { left: { kind: 'checksum' }, payload: new Uint8Array(2) });
      const [first] = plain(base) ?? [];
      const payload = Uint8Array.from([first?.[fieldAt] ?? 0, first?.[fieldAt + 1] ?? 0]);
      for (const left of [{ kind: 'checksum' }, { ...cutting, pieceSize: 9 }] as const) {
        const [frame] = plain(frameOf(protocol, { left, payload })) ?? [];
        expect([frame?.[fieldAt], frame?.[fieldAt + 1]]).toEqual(spelling);
      }
    }
  });

  it('is the frame as it is where that is no sound IPv4 packet, whatever the header says', () => {
    const one = frameOf(6, { left: cutting });
    const changed = (at: number, value: number): Offloaded => {
      const frame = one.frame.slice();
      frame[at] = value;
      return { ...one, frame };
    };
    // EtherType of IPv6; a header checksum that is wrong; a data offset beyond the segment.
    for (const other of [changed(12, 0x86), changed(24, 1), changed(46, 0xf0)])
      expect(plain(other)).toEqual([other.frame]);
    const short = { ...one, frame: one.frame.slice(0, 13) };
    expect(plain(short)).toEqual([short.frame]);
  });

  it('starts with the packet where frames have no Ethernet header', () => {
    const { header, frame } = frameOf(6, { left: cutting });
    const bare = header.slice();
    bare[6] = 20;
    const expected = plain({ header, frame })?.map((one) => one.subarray(14)) ?? [];
    const pieces = plainFrames(frame.subarray(14), 'ip', decode(bare, 0));
    expect(pieces).toHaveLength(3);
    expect(hex(pieces)).toEqual(hex(expected));
  });

  it.each<[string, 6 | 17, Partial<Shape>]>([
    ['pieces of no size', 6, { left: { ...cutting, pieceSize: 0 } }],
    ['cutting without a partial checksum', 6, { left: cutting, damage: [[0, 0]] }],
    ['TCP segments of a datagram', 17, { left: cutting, damage: [[1, 1]] }],
    ['datagrams of a TCP segment', 6, { left: cutting, damage: [[1, 5]] }],
    ['fragments of a datagram', 17, { left: cutting, damage: [[1, 3]] }],
    ['segments of IPv6', 6, { left: cutting, damage: [[1, 4]] }],
    ['a kind of cutting that there is not', 6, { left: cutting, damage: [[1, 2]] }],
    ['pieces summed up from elsewhere', 6, { left: cutting, damage: [[6, 36]] }],
    ['pieces with the checksum elsewhere', 6, { left: cutting, damage: [[8, 6]] }],
    ['a checksum within the IP header', 6, { left: { kind: 'checksum' }, damage: [[6, 24]] }],
    [
      'a checksum past the packet',
      6,
      { left: { kind: 'checksum' }, padding: 6, damage: [[8, 29]] },
    ],
    ['a checksum far past the frame', 6, { left: { kind: 'checksum' }, damage: [[9, 255]] }],
    [
      'more pieces than any sender makes',
      17,
      {
        left: { ...cutting, pieceSize: 1 },
        payload: new Uint8Array(2049),
      },
    ],
  ])('are none: %s', (_, protocol, changes) => {
    expect(plain(frameOf(protocol, changes))).toBeNull();
  });

  it('are none where a fragment is to be cut, or summed up', () => {
    const payload = new Uint8Array(16);
    for (const left of [cutting, { kind: 'checksum' }] as const) {
      const { header, frame } = frameOf(17, { left, payload, dontFragment: false });
      expect(plain({ header, frame })).not.toBeNull();
      const first = frame.slice();
      // More fragments are to come: the flag, and the checksum that follows it.
      first[20] = 0x20;
      first[24] = (frame[24] ?? 0) - 0x20;
      expect(typeof packetAt(first, 14)).toBe('object');
      expect(plain({ header, frame: first })).toBeNull();
    }
  });

  it('may have their checksum anywhere in the packet, also at an odd place', () => {
    const { header, frame } = frameOf(6, {
      left: { kind: 'checksum' },
      damage: [
        [6, 55],
        [8, 2],
      ],
    });
    const [whole] = plain({ header, frame }) ?? [];
    // Data of 10 bytes from byte 54 on: 7 seven times to add up from byte 55, with the field in them.
    const expected = frame.slice();
    const sum = 0x0707 * 4 + 0x0700;
    expected.set([~sum >>> 8, ~sum], 57);
    expect(hex([whole as ReadonlyBytes])).toEqual(hex([expected]));
  });
});
