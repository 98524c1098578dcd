import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import * as arp from '../../core/wire/arp.ts';
import * as ethernet from '../../core/wire/ethernet.ts';
import type { FaultName } from '../../core/wire/fault.ts';
import { SOUND, UDP_LENGTH } from '../../core/wire/fault.ts';
import * as icmp from '../../core/wire/icmp.ts';
import * as ipv4 from '../../core/wire/ipv4.ts';
import * as tcp from '../../core/wire/tcp.ts';
import * as udp from '../../core/wire/udp.ts';
import type { Golden, GoldenIpv4 } from './frame.ts';
import * as frames from './frames.ts';
import { hex } from './hex.ts';
import * as icmpFrames from './icmp-frames.ts';

const golden = { ...frames, ...icmpFrames };

const all = <V>(
  decode: (bytes: Uint8Array, at: number, end: number) => E.Either<FaultName, V>,
  bytes: Uint8Array,
): V => {
  const decoded = decode(bytes, 0, bytes.length);
  if (E.isLeft(decoded)) throw new Error(decoded.left);
  return decoded.right;
};

/** The bytes after the Ethernet header, which ends at byte 14. */
const inside = ({ bytes }: Golden): Uint8Array => bytes.slice(14);

const expectEthernet = (frame: Golden): void => {
  const value = { ...frame.ethernet, payload: inside(frame) };
  expect(all(ethernet.decode, frame.bytes)).toEqual(value);
  expect(ethernet.encode(value)).toEqual(frame.bytes);
};

/** Checks the IP header, both ways, and gives the packet's payload. */
const transportOf = (frame: GoldenIpv4): Uint8Array => {
  expectEthernet(frame);
  const payload = inside(frame).slice(20 + frame.ipv4.options.length);
  const value = { ...frame.ipv4, payload };
  expect(all(ipv4.decode, inside(frame))).toEqual(value);
  expect(ipv4.encode(value)).toEqual(inside(frame));
  return payload;
};

describe('golden frames are decoded to what they say, and encoded to the same bytes', () => {
  it.each(['arpRequest', 'arpReply'] as const)('%s', (name) => {
    const frame = golden[name];
    expectEthernet(frame);
    expect(all(arp.decode, inside(frame))).toEqual(frame.arp);
    expect(arp.encode(frame.arp)).toEqual(inside(frame));
  });

  it.each(['tcpSyn', 'tcpDataWithIpOptions', 'tcpSynToClosedPort', 'tcpReset'] as const)(
    '%s',
    (name) => {
      const frame = golden[name];
      const { source, destination } = frame.ipv4;
      const bytes = transportOf(frame);
      expect(all(tcp.decode, bytes)).toEqual(frame.tcp);
      expect(tcp.checksumFault(bytes, 0, bytes.length, source, destination)).toBe(SOUND);
      expect(tcp.encode(frame.tcp, source, destination)).toEqual(bytes);
    },
  );

  it.each(['udpChecked', 'udpOdd'] as const)('%s', (name) => {
    const frame = golden[name];
    const { source, destination } = frame.ipv4;
    const bytes = transportOf(frame);
    expect(all(udp.decode, bytes)).toEqual(frame.udp);
    expect(udp.checksumFault(bytes, 0, bytes.length, source, destination)).toBe(SOUND);
    expect(udp.encode(frame.udp, source, destination)).toEqual(bytes);
  });

  it('udpUnchecked, save that its checksum is computed', () => {
    const { ipv4: header, udp: datagram } = golden.udpUnchecked;
    const { source, destination } = header;
    const bytes = transportOf(golden.udpUnchecked);
    expect(all(udp.decode, bytes)).toEqual(datagram);
    expect(udp.checksumFault(bytes, 0, bytes.length, source, destination)).toBe(SOUND);
    // By hand: c633+6407+cb00+7109 + 0011+000e + 9c42+14e9+000e + 6e6f+2073+756d = 41bea, folded 1bee.
    expect(udp.encode(datagram, source, destination)).toEqual(
      hex('9c42 14e9 000e e411 6e6f2073756d'),
    );
  });

  it.each([
    'echoRequest',
    'echoReply',
    'portUnreachable',
    'timeExceeded',
    'fragmentationNeeded',
  ] as const)('%s', (name) => {
    const frame = golden[name];
    const bytes = transportOf(frame);
    expect(all(icmp.decode, bytes)).toEqual(frame.icmp);
    expect(icmp.encode(frame.icmp)).toEqual(bytes);
  });

  it.each(['fragmentFirst', 'fragmentLater'] as const)('%s', (name) => {
    const frame = golden[name];
    expect(transportOf(frame)).toEqual(frame.payload);
  });
});

describe('golden answers', () => {
  it('D2: answers an echo as Linux does', () => {
    expect(icmp.echoReplyTo(golden.echoRequest.icmp)).toEqual(golden.echoReply.icmp);
  });

  it('D2: quotes as Linux does', () => {
    expect(icmp.errorMessage(3, 3, 0, golden.quotedUdp)).toEqual(golden.portUnreachable.icmp);
    expect(icmp.errorMessage(3, 4, 600, golden.quotedTooLarge)).toEqual(
      golden.fragmentationNeeded.icmp,
    );
  });

  it('D6: resets as Linux does', () => {
    expect(tcp.resetFor(golden.tcpSynToClosedPort.tcp)).toEqual(golden.tcpReset.tcp);
  });

  it('D3: the first fragment of a datagram holds less than its length', () => {
    const { payload } = golden.fragmentFirst;
    expect(udp.fault(payload, 0, payload.length)).toBe(UDP_LENGTH);
    const whole = Uint8Array.from([...payload, ...golden.fragmentLater.payload]);
    const { source, destination } = golden.fragmentFirst.ipv4;
    expect(udp.checksumFault(whole, 0, whole.length, source, destination)).toBe(SOUND);
    expect(all(udp.decode, whole).payload).toEqual(
      Uint8Array.from({ length: 130 }, (_, i) => 0x30 + i),
    );
  });
});
