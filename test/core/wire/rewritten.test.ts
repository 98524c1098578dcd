import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4, mac } from '../../../core/wire/address.ts';
import type { Endpoints } from '../../../core/wire/rewrite.ts';
import { NO_PORT } from '../../../core/wire/rewrite.ts';
import { rewritten } from '../../../core/wire/rewritten.ts';
import {
  checksumAt,
  endpoints,
  endpointsOf,
  errorsAbout,
  headerOf,
  packetOf,
  packets,
  pseudoHeaderSum,
  seal,
  setWord,
  spoiltPackets,
  TCP,
  transportOf,
  UDP,
  wordSum,
} from '../../arbitraries/rewritable.ts';

const rewrite = (packet: Uint8Array, to: Endpoints, hops = 0): Uint8Array =>
  rewritten(
    packet,
    0,
    packet.length,
    { packet: { at: 0, endpoints: to }, quoted: null, hops },
    null,
  );

/** Whether nothing stands behind the IP header: such a sum of 0 has a checksum that is not 0. */
const isAllZeros = (packet: Uint8Array): boolean =>
  packet.subarray(((packet[0] ?? 0) & 15) * 4).every((byte) => byte === 0);

const parts = {
  options: new Uint8Array(0),
  fragment: 0,
  ttl: 64,
  protocol: TCP,
  source: 0x0a000001,
  destination: 0x0a000002,
  transport: new Uint8Array(20),
};
const stay = { sourcePort: NO_PORT, destinationPort: NO_PORT };

describe('a packet rewritten', () => {
  it('A9: RFC 1624 section 4: 0x5555 to 0x3285 takes the checksum 0xdd2f to 0x0000', () => {
    const packet = packetOf({ ...parts, source: 0x55550001 });
    setWord(packet, 10, 0xdd2f);
    const to = { source: ipv4(0x32850001), destination: ipv4(parts.destination), ...stay };
    expect([...rewrite(packet, to).subarray(10, 16)]).toEqual([0, 0, 0x32, 0x85, 0, 1]);
  });

  it('A9: right checksums become those that computing anew gives', () => {
    fc.assert(
      fc.property(packets, endpoints, fc.nat(2), (packet, to, hops) => {
        const after = rewrite(packet, to, hops);
        fc.pre(!isAllZeros(after));
        expect(after).toEqual(seal(after.slice()));
      }),
      { numRuns: 1000 },
    );
  });

  it('A9: of an ICMP message that becomes all zeros the checksum does too, which equation 3 cannot tell', () => {
    // An echo reply without data: its identifier is all that it says. Computed anew it would be 0xffff.
    const transport = Uint8Array.from([0, 0, 0xed, 0xcb, 0x12, 0x34, 0, 0]);
    const packet = seal(packetOf({ ...parts, protocol: 1, transport }));
    const after = rewrite(packet, { ...endpointsOf(packet), destinationPort: 0 });
    expect([...after.subarray(20)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(isAllZeros(after)).toBe(true);
  });

  it('A9: there and back restores every byte', () => {
    fc.assert(
      fc.property(packets, endpoints, (packet, to) => {
        const there = rewrite(packet, to);
        expect(rewrite(there, endpointsOf(packet))).toEqual(packet);
      }),
      { numRuns: 1000 },
    );
  });

  it('A9: wrong checksums stay wrong by the same difference', () => {
    fc.assert(
      fc.property(spoiltPackets, endpoints, (packet, to) => {
        const after = rewrite(packet, to, 1);
        expect(wordSum(headerOf(after))).toBe(wordSum(headerOf(packet)));
        const field = checksumAt(packet);
        if (field === null) return;
        const sum = (bytes: Uint8Array) => wordSum(transportOf(bytes), pseudoHeaderSum(bytes));
        const none = packet[9] === UDP && packet[field] === 0 && packet[field + 1] === 0;
        if (none) expect([...after.subarray(field, field + 2)]).toEqual([0, 0]);
        else expect(sum(after)).toBe(sum(packet));
      }),
      { numRuns: 1000 },
    );
  });

  it('A9: carries the new addresses and ports, and nothing else is touched', () => {
    const transport = Uint8Array.from({ length: 30 }, (_, n) => 100 + n);
    const packet = packetOf({ ...parts, transport });
    const to = {
      source: ipv4(0xc6336401),
      destination: ipv4(0xcb007107),
      sourcePort: 0x1234,
      destinationPort: 0xfedc,
    };
    const expected = packet.slice();
    expected.set([0xc6, 0x33, 0x64, 0x01, 0xcb, 0x00, 0x71, 0x07], 12);
    expected.set([0x12, 0x34, 0xfe, 0xdc], 20);
    expected[8] = 63;
    expect(rewrite(packet, to, 1)).toEqual(seal(expected));
  });

  it('A9: the TTL does not go below 0', () => {
    const to = { source: ipv4(parts.source), destination: ipv4(parts.destination), ...stay };
    expect(rewrite(packetOf({ ...parts, ttl: 0 }), to, 1)[8]).toBe(0);
    expect(rewrite(packetOf({ ...parts, ttl: 1 }), to, 1)[8]).toBe(0);
  });

  it('A9: in a later fragment only the IP header changes', () => {
    const transport = Uint8Array.from({ length: 40 }, (_, n) => n);
    for (const protocol of [1, TCP, UDP]) {
      const packet = packetOf({ ...parts, protocol, fragment: 0x2001, transport });
      const to = { source: ipv4(1), destination: ipv4(2), sourcePort: 3, destinationPort: 4 };
      expect(transportOf(rewrite(packet, to, 1))).toEqual(transport);
    }
  });

  it('A9: an echo request gets the source port as identifier, a reply the destination port', () => {
    const to = { source: ipv4(1), destination: ipv4(2), sourcePort: 3, destinationPort: 4 };
    const identifier = (type: number, port: Partial<Endpoints>) => {
      const transport = new Uint8Array([type, 0, 0, 0, 0xab, 0xcd, 0, 1]);
      const packet = packetOf({ ...parts, protocol: 1, transport });
      return transportOf(rewrite(packet, { ...to, ...port }))[5];
    };
    expect([identifier(8, {}), identifier(0, {}), identifier(13, {})]).toEqual([3, 4, 0xcd]);
    expect([identifier(8, stay), identifier(0, stay)]).toEqual([0xcd, 0xcd]);
  });
});

describe('an ICMP error rewritten', () => {
  it('D2: with the packet it quotes; right checksums become those that computing anew gives', () => {
    fc.assert(
      fc.property(errorsAbout(packets), endpoints, endpoints, ({ packet, quotedAt }, to, inner) => {
        const quoted = { at: quotedAt, endpoints: inner };
        const rewrite = { packet: { at: 0, endpoints: to }, quoted, hops: 1 };
        const after = rewritten(packet, 0, packet.length, rewrite, null);
        // The outer checksums are right again.
        expect(after).toEqual(seal(after.slice()));
        // Inside it is as if the quoted packet had been rewritten alone, its hops not counted.
        const touched = ((packet[6] as number) & 0x1f) + (packet[7] as number) === 0;
        const quote = packet.subarray(quotedAt);
        const alone = { packet: { at: 0, endpoints: inner }, quoted: null, hops: 0 };
        expect(after.subarray(quotedAt)).toEqual(
          touched ? rewritten(quote, 0, quote.length, alone, null) : quote,
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a frame rewritten', () => {
  const packet = packetOf(parts);
  const frame = new Uint8Array([9, 9, 9, ...packet, 8, 8]);

  it('A9: leaves without what lies around the packet, and the frame given stays as it was', () => {
    const before = frame.slice();
    const to = { source: ipv4(1), destination: ipv4(2), ...stay };
    const change = { packet: { at: 3, endpoints: to }, quoted: null, hops: 1 };
    const after = rewritten(frame, 3, packet.length, change, null);
    expect(after).toEqual(rewrite(packet, to, 1));
    expect(frame).toEqual(before);
    expect(rewritten(frame, 3, packet.length, null, null)).toEqual(packet);
  });

  it('A9: gets the Ethernet header that is given', () => {
    const addresses = { destination: mac(0x02005e000101), source: mac(0xfedcba987654) };
    expect(rewritten(frame, 3, packet.length, null, addresses)).toEqual(
      new Uint8Array([
        ...[0x02, 0x00, 0x5e, 0x00, 0x01, 0x01, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x08, 0x00],
        ...packet,
      ]),
    );
  });
});
