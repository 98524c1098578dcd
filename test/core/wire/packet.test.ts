// What the switch reads of a packet: fragments, and the packets that ICMP errors quote.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultName } from '../../../core/wire/fault.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { moreFragments, packetAt, quotedIn } from '../../../core/wire/packet.ts';
import type { Packet } from '../../../core/wire/packet.ts';
import { ipv4Packet } from '../../arbitraries/frames.ts';
import { CLUSTER, HOST, ICMP, TCP, UDP, packetOf } from '../switch/laboratory.ts';

const whole = (protocol: number, payload = new Uint8Array(100)): ipv4.Ipv4Packet => {
  const bytes = packetOf({
    source: HOST,
    destination: CLUSTER,
    protocol,
    sourcePort: 4660,
    destinationPort: 80,
    payload:
      protocol === ICMP ? icmp.encode({ type: 8, code: 0, rest: 0x12340001, payload }) : payload,
  });
  return decoded(bytes);
};

const decoded = (bytes: Uint8Array): ipv4.Ipv4Packet => {
  const either = ipv4.decode(bytes, 0, bytes.length);
  if (either._tag === 'Left') throw new Error(either.left);
  return either.right;
};

/** The piece of a packet from `from` up to `to` bytes of its data. */
const piece = (packet: ipv4.Ipv4Packet, from: number, to: number, more = true): Uint8Array =>
  ipv4.encode({
    ...packet,
    moreFragments: more,
    fragmentOffset: from,
    payload: packet.payload.subarray(from, to),
  });

const read = (bytes: Uint8Array): Packet | string => {
  const packet = packetAt(bytes, 0);
  return typeof packet === 'number' ? faultName(packet) : packet;
};

describe('fragments', () => {
  it.each([TCP, UDP])(
    'D3: of protocol %i the first has ports, to be trusted; later ones have none',
    (protocol) => {
      const packet = whole(protocol);
      const ports = { sourcePort: 4660, destinationPort: 80 };
      expect(read(ipv4.encode(packet))).toMatchObject({ ...ports, fragment: false });
      const first = { ...ports, fragment: true, fragmentOffset: 0 };
      expect(read(piece(packet, 0, 24))).toMatchObject(first);
      const later = { sourcePort: -1, destinationPort: -1, tcpFlags: 0, fragment: true };
      expect(read(piece(packet, 24, 48))).toMatchObject({ ...later, fragmentOffset: 24 });
      expect(read(piece(packet, 24, 107, false))).toMatchObject({ ...later, fragmentOffset: 24 });
    },
  );

  it('D3: of ICMP none has a type: it is read when it is whole', () => {
    const packet = whole(ICMP);
    expect(read(ipv4.encode(packet))).toMatchObject({ icmpType: 8, sourcePort: 0x1234 });
    expect(read(piece(packet, 0, 24))).toMatchObject({ icmpType: -1, sourcePort: -1 });
    expect(read(piece(packet, 24, 48))).toMatchObject({ icmpType: -1, destinationPort: -1 });
  });

  it.each([
    [
      'D3: a first one of TCP has its whole header (RFC 1858)',
      piece(whole(TCP), 0, 16),
      'fragment-tiny',
    ],
    ['D3: a second one of TCP at byte 8 (RFC 3128)', piece(whole(TCP), 8, 48), 'fragment-tiny'],
    ['D3: a second one of TCP at byte 16', piece(whole(TCP), 16, 48), 'fragment-tiny'],
    ['D3: data that are no multiple of 8', piece(whole(UDP), 0, 20), 'fragment-length'],
    ['D3: no data', piece(whole(UDP), 24, 24), 'fragment-length'],
    ['D3: no data in the last', piece(whole(UDP), 24, 24, false), 'fragment-length'],
  ])('%s', (_, bytes, fault) => {
    expect(read(bytes)).toBe(fault);
  });

  it('D3: none ends behind 65,535 bytes, counted with its header', () => {
    const last = (payload: number, options: number): Uint8Array =>
      ipv4.encode({
        ...whole(UDP),
        fragmentOffset: 65_504,
        options: new Uint8Array(options).fill(1),
        payload: new Uint8Array(payload),
      });
    expect(read(last(11, 0))).toMatchObject({ fragmentOffset: 65_504 });
    expect(read(last(12, 0))).toBe('fragment-length');
    expect(read(last(7, 4))).toMatchObject({ fragmentOffset: 65_504 });
    expect(read(last(8, 4))).toBe('fragment-length');
  });

  it('D3: whatever is read, its extents lie in the packet, and more follow where the flag says so', () => {
    fc.assert(
      fc.property(ipv4Packet(), (packet) => {
        const bytes = ipv4.encode(packet);
        const got = packetAt(bytes, 0);
        if (typeof got === 'number') return;
        expect(got.transportAt).toBe(20 + packet.options.length);
        expect(got.length).toBe(bytes.length);
        expect(got.fragment).toBe(packet.moreFragments || packet.fragmentOffset > 0);
        expect(got.fragmentOffset).toBe(packet.fragmentOffset);
        expect(moreFragments(bytes, got)).toBe(packet.moreFragments);
        if (got.fragmentOffset > 0) expect([got.sourcePort, got.destinationPort]).toEqual([-1, -1]);
      }),
    );
  });
});

describe('the packet that an ICMP error quotes', () => {
  const quote = (quoted: Uint8Array) => {
    const message = icmp.encode(icmp.errorMessage(3, 4, 1400, quoted));
    const error = ipv4.encode({ ...whole(ICMP), payload: message });
    const packet = packetAt(error, 0);
    if (typeof packet === 'number') throw new Error(faultName(packet));
    const got = quotedIn(error, packet);
    return typeof got === 'number' ? faultName(got) : got;
  };

  it('D2: names its ends, also where it is a first fragment', () => {
    const ends = { source: HOST, destination: CLUSTER, sourcePort: 4660, destinationPort: 80 };
    expect(quote(ipv4.encode(whole(UDP)))).toMatchObject(ends);
    expect(quote(piece(whole(UDP), 0, 24))).toMatchObject(ends);
    expect(quote(piece(whole(TCP), 0, 24).subarray(0, 28))).toMatchObject(ends);
  });

  it('D2: names none where it is a later fragment, or too short', () => {
    expect(quote(piece(whole(UDP), 24, 48))).toBe('icmp-quote-truncated');
    expect(quote(ipv4.encode(whole(UDP)).subarray(0, 27))).toBe('icmp-quote-truncated');
  });
});
