// Captures written out byte by byte, from the drafts: they import no offsets.

import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { writePcapng } from '../../../adapters/pcap/pcapng-write.ts';
import { readCapture } from '../../../adapters/pcap/read.ts';
import { hex } from '../../golden/hex.ts';
import { right } from './captures.ts';

const plain = (bytes: Uint8Array) =>
  right(readCapture(bytes)).frames.map((frame) => ({
    ...frame,
    bytes: Buffer.from(frame.bytes as Uint8Array).toString('hex'),
  }));

const reason = (bytes: Uint8Array): string => {
  const read = readCapture(bytes);
  return E.isLeft(read) ? read.left.sentence : 'it was read';
};

// Two interfaces, one frame of 5 bytes on the second at 1 second and 2 microseconds.
const TINY_PCAPNG = hex(`
  0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
  01000000 24000000 0100 0000 00000000 0200 0600 63616d707573 0000 0000 0000 24000000
  01000000 20000000 6500 0000 00000000 0200 0100 74 000000 0000 0000 20000000
  06000000 28000000 01000000 00000000 42420f00 05000000 05000000 4500abcdef 000000 28000000
`);

const PCAP_HEADER = {
  littleMicro: 'd4c3b2a1 0200 0400 00000000 00000000 00000400 01000000',
  bigMicro: 'a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001',
  littleNano: '4d3cb2a1 0200 0400 00000000 00000000 00000400 65000000',
  bigNano: 'a1b23c4d 0002 0004 00000000 00000000 00040000 00000065',
};

describe('pcapng, written out', () => {
  it('is what is written', () => {
    const bytes = writePcapng(
      [
        { name: 'campus', linkType: 'ethernet' },
        { name: 't', linkType: 'ip' },
      ],
      [{ interfaceIndex: 1, time: 1000.002, bytes: hex('4500abcdef') }],
    );
    expect(Buffer.from(bytes).toString('hex')).toBe(Buffer.from(TINY_PCAPNG).toString('hex'));
  });

  it('is read', () => {
    const { interfaces, truncatedAt } = right(readCapture(TINY_PCAPNG));
    expect(interfaces).toEqual([
      { name: 'campus', linkType: 'ethernet' },
      { name: 't', linkType: 'ip' },
    ]);
    expect(truncatedAt).toBeNull();
    expect(plain(TINY_PCAPNG)).toEqual([
      {
        number: 1,
        time: 1000.002,
        linkType: 'ip',
        bytes: '4500abcdef',
        originalLength: 5,
        snapped: false,
        interfaceIndex: 1,
      },
    ]);
  });

  it('is read in the other byte order, with clocks, unknown blocks and options, and a second section', () => {
    const bytes = hex(`
      0a0d0d0a 28 000000 4d3c2b1a 0100 0000 ffffffffffffffff 0400 0500 74657374 21000000 28000000
      01000000 14000000 0100 0000 00000000 14000000
      0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
      00000001 0000002c 0065 0000 00000000
        0009 0001 09 000000  000e 0008 0000000000000064  0000 0000 0000002c
      00000bad 00000010 deadbeef 00000010
      00000001 00000020 0001 0000 00000004 0009 0001 8a 000000 0000 0000 00000020
      00000006 00000030 00000000 00000000 3b9aca0a 00000001 00000002 45 000000
        0002 0004 00000001 0000 0000 00000030
      00000006 00000024 00000001 00000000 00000e00 00000004 00000004 01020304 00000024
      00000003 00000014 00000003 450102 00 00000014
    `);
    expect(plain(bytes)).toEqual([
      // nanoseconds, and 100 seconds to add
      expect.objectContaining({ time: 101000.00001, bytes: '45', snapped: true, linkType: 'ip' }),
      // 1024ths of a second: 3.5 seconds
      expect.objectContaining({ time: 3500, bytes: '01020304', interfaceIndex: 2 }),
      // without a time: that of the frame before
      expect.objectContaining({ time: 3500, bytes: '450102', interfaceIndex: 1, number: 3 }),
    ]);
  });

  it('cuts a simple packet where its interface does', () => {
    const bytes = hex(`
      0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
      01000000 14000000 0100 0000 02000000 14000000
      03000000 14000000 09000000 aabb 0000 14000000
    `);
    expect(plain(bytes)).toEqual([
      expect.objectContaining({ bytes: 'aabb', originalLength: 9, snapped: true, time: 0 }),
    ]);
  });

  it('lets an interface of another link type stand, and refuses its frames', () => {
    const interfaces = hex(`
      0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
      01000000 14000000 7100 0000 00000000 14000000
    `);
    const frame = hex('03000000 10000000 00000000 10000000');
    expect(right(readCapture(interfaces)).interfaces).toEqual([{ name: null, linkType: null }]);
    expect(reason(Uint8Array.of(...interfaces, ...frame))).toMatch(/byte 48.*cooked.*tcpdump -i/);
  });

  it.each([
    ['byte order', '0a0d0d0a 1c000000 4d3c2b1b 0100 0000 ffffffffffffffff 1c000000'],
    ['version 2', '0a0d0d0a 1c000000 4d3c2b1a 0200 0000 ffffffffffffffff 1c000000'],
    ['two lengths', '0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1d000000'],
    ['length is 0', '0a0d0d0a 00000000 4d3c2b1a 0100 0000'],
    ['length is 30', '0a0d0d0a 1e000000 4d3c2b1a 0100 0000'],
    ['too short', '0a0d0d0a 14000000 4d3c2b1a 0100 0000 14000000'],
  ])('refuses a wrong section header: %s', (sentence, bytes) => {
    expect(reason(hex(bytes))).toContain(sentence);
  });

  it.each([
    ['interface 7', '06000000 20000000 07000000 00000000 00000000 00000000 00000000 20000000'],
    ['claims 9 bytes', '06000000 20000000 00000000 00000000 00000000 09000000 09000000 20000000'],
    ['claims 4294967295', '03000000 10000000 ffffffff 10000000'],
    ['an option is longer', '01000000 18000000 0100 0000 00000000 0200 0900 18000000'],
  ])('refuses a wrong block: %s', (sentence, bytes) => {
    const before = `0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
                    01000000 14000000 0100 0000 00000000 14000000`;
    expect(reason(hex(before + bytes))).toContain(sentence);
  });
});

describe('pcap, written out', () => {
  const times = { time: 1000.002, number: 1, interfaceIndex: 0, originalLength: 3, snapped: true };
  it.each([
    ['littleMicro', '01000000 02000000 02000000 03000000 abcd', 'ethernet'],
    ['bigMicro', '00000001 00000002 00000002 00000003 abcd', 'ethernet'],
    ['littleNano', '01000000 d0070000 02000000 03000000 abcd', 'ip'],
    ['bigNano', '00000001 000007d0 00000002 00000003 abcd', 'ip'],
  ] as const)('is read: %s', (form, record, linkType) => {
    expect(plain(hex(PCAP_HEADER[form] + record))).toEqual([{ ...times, linkType, bytes: 'abcd' }]);
  });

  it.each([
    ['link type 113 (Linux cooked', 'd4c3b2a1 0200 0400 00000000 00000000 00000400 71000000'],
    ['link type 105', 'd4c3b2a1 0200 0400 00000000 00000000 00000400 69000000'],
    ['pcap version 1', 'd4c3b2a1 0100 0400 00000000 00000000 00000400 01000000'],
    [
      'frame 1, at byte 24, claims 4294967280 bytes',
      `${PCAP_HEADER.littleMicro} 01000000 02000000 f0ffffff f0ffffff 4500`,
    ],
  ])('refuses: %s', (sentence, bytes) => {
    expect(reason(hex(bytes))).toContain(sentence);
  });

  it.each([
    ['only 0 bytes', ''],
    ['only 3 bytes', 'd4c3b2'],
    ['the bytes 50 4b 03 04', '504b0304 00000000'],
  ])('refuses what is no capture: %s', (sentence, bytes) => {
    expect(reason(hex(bytes))).toContain(sentence);
  });
});
