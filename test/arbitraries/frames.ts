// Packets of every protocol as values, and whole frames: valid, nearly valid, garbage.

import fc from 'fast-check';
import type { Ipv4Address, MacAddress } from '../../core/wire/address.ts';
import { BROADCAST_MAC, NO_MAC } from '../../core/wire/address.ts';
import type { ArpPacket } from '../../core/wire/arp.ts';
import * as arp from '../../core/wire/arp.ts';
import { u16 as readU16 } from '../../core/wire/bytes.ts';
import { checksum } from '../../core/wire/checksum.ts';
import * as ethernet from '../../core/wire/ethernet.ts';
import type { IcmpMessage } from '../../core/wire/icmp.ts';
import * as icmp from '../../core/wire/icmp.ts';
import type { Ipv4Packet } from '../../core/wire/ipv4.ts';
import * as ipv4 from '../../core/wire/ipv4.ts';
import type { TcpSegment } from '../../core/wire/tcp.ts';
import * as tcp from '../../core/wire/tcp.ts';
import type { UdpDatagram } from '../../core/wire/udp.ts';
import * as udp from '../../core/wire/udp.ts';
import { ipv4Address, macAddress } from './addresses.ts';

const u8 = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 0xff });
const u16 = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 0xffff });
const u32 = (): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 0xffffffff }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff) },
  );
const data = (): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: 80 });

/** Options of an IPv4 or TCP header: mostly none, else any bytes of a length that a header can have. */
const options = (): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(new Uint8Array(0)) },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 1, max: 10 })
        .chain((words) => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 })),
    },
  );

/** Where frames go between; what is not given is any unicast address, any port. */
export interface Population {
  readonly macs?: fc.Arbitrary<MacAddress>;
  readonly addresses?: fc.Arbitrary<Ipv4Address>;
  readonly ports?: fc.Arbitrary<number>;
}

const macsOf = ({ macs = macAddress() }: Population): fc.Arbitrary<MacAddress> => macs;
const addressesOf = ({ addresses = ipv4Address() }: Population): fc.Arbitrary<Ipv4Address> =>
  addresses;
const portsOf = ({ ports = u16() }: Population): fc.Arbitrary<number> => ports;

export const arpPacket = (population: Population = {}): fc.Arbitrary<ArpPacket> =>
  fc.record({
    operation: fc.oneof(fc.constantFrom(1, 2), u16()),
    senderMac: macsOf(population),
    senderAddress: addressesOf(population),
    targetMac: fc.oneof(fc.constant(NO_MAC), macsOf(population)),
    targetAddress: addressesOf(population),
  });

export const tcpSegment = (population: Population = {}): fc.Arbitrary<TcpSegment> =>
  fc.record({
    sourcePort: portsOf(population),
    destinationPort: portsOf(population),
    sequence: u32(),
    acknowledgement: u32(),
    flags: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0x02, 0x12, 0x10, 0x18, 0x11, 0x14, 0x04) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xfff }) },
    ),
    window: u16(),
    urgentPointer: u16(),
    options: options(),
    payload: data(),
  });

export const udpDatagram = (population: Population = {}): fc.Arbitrary<UdpDatagram> =>
  fc.record({
    sourcePort: portsOf(population),
    destinationPort: portsOf(population),
    payload: data(),
  });

/** Any message, with echoes more often than others. What errors quote is any bytes here. */
export const icmpMessage = (): fc.Arbitrary<IcmpMessage> =>
  fc.record({
    type: fc.oneof(fc.constantFrom(0, 8), u8()),
    code: fc.oneof(fc.constant(0), u8()),
    rest: u32(),
    payload: data(),
  });

const ipv4Fields = (
  population: Population,
): fc.Arbitrary<Omit<Ipv4Packet, 'protocol' | 'payload'>> =>
  fc.record({
    typeOfService: u8(),
    identification: u16(),
    dontFragment: fc.boolean(),
    moreFragments: fc.constant(false),
    fragmentOffset: fc.constant(0),
    ttl: fc.oneof(fc.constantFrom(0, 1, 64), u8()),
    source: addressesOf(population),
    destination: addressesOf(population),
    options: options(),
  });

/** Any packet, whole or fragment, of any protocol, with any bytes as its payload. */
export const ipv4Packet = (population: Population = {}): fc.Arbitrary<Ipv4Packet> =>
  fc
    .tuple(
      ipv4Fields(population),
      u8(),
      data(),
      fc.boolean(),
      fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 8191 })),
    )
    .map(([fields, protocol, payload, moreFragments, offset]) => ({
      ...fields,
      protocol,
      payload,
      moreFragments,
      fragmentOffset: offset * 8,
    }));

/** A whole packet whose payload is a sound TCP segment or UDP datagram, checksums right. */
const portPacket = (population: Population): fc.Arbitrary<Ipv4Packet> =>
  fc
    .tuple(
      ipv4Fields(population),
      fc.oneof(
        tcpSegment(population).map((segment) => ({ segment })),
        udpDatagram(population).map((datagram) => ({ datagram })),
      ),
    )
    .map(([fields, transport]) =>
      'segment' in transport
        ? {
            ...fields,
            protocol: 6,
            payload: tcp.encode(transport.segment, fields.source, fields.destination),
          }
        : {
            ...fields,
            protocol: 17,
            payload: udp.encode(transport.datagram, fields.source, fields.destination),
          },
    );

/** An ICMP error that quotes the beginning of a packet, at least its header and 8 bytes (RFC 792). */
const icmpError = (population: Population): fc.Arbitrary<IcmpMessage> =>
  fc
    .tuple(
      fc.constantFrom(3, 4, 5, 11, 12),
      fc.integer({ min: 0, max: 15 }),
      u32(),
      portPacket(population),
      fc.nat({ max: 80 }),
    )
    .map(([type, code, rest, packet, more]) => {
      const kept = 20 + packet.options.length + 8 + more;
      return icmp.errorMessage(type, code, rest, ipv4.encode(packet).subarray(0, kept));
    });

const icmpPacket = (population: Population): fc.Arbitrary<Ipv4Packet> =>
  fc
    .tuple(ipv4Fields(population), fc.oneof(icmpMessage(), icmpError(population)))
    .map(([fields, message]) => ({ ...fields, protocol: 1, payload: icmp.encode(message) }));

/**
 * A frame with nothing wrong in it: ARP, and IPv4 with TCP, UDP, ICMP, fragments and other protocols,
 * with and without options and padding; now and then an EtherType that nobody here speaks.
 */
export const validFrame = (population: Population = {}): fc.Arbitrary<Uint8Array> => {
  const content = fc.oneof(
    {
      weight: 2,
      arbitrary: arpPacket(population).map((packet) => [0x0806, arp.encode(packet)] as const),
    },
    {
      weight: 8,
      arbitrary: portPacket(population).map((packet) => [0x0800, ipv4.encode(packet)] as const),
    },
    {
      weight: 3,
      arbitrary: icmpPacket(population).map((packet) => [0x0800, ipv4.encode(packet)] as const),
    },
    {
      weight: 2,
      arbitrary: ipv4Packet(population)
        .filter(({ fragmentOffset, moreFragments }) => fragmentOffset > 0 || moreFragments)
        .map((packet) => [0x0800, ipv4.encode(packet)] as const),
    },
    {
      weight: 1,
      arbitrary: ipv4Packet(population)
        .map((packet) => ({ ...packet, fragmentOffset: 0, moreFragments: false }))
        .filter(({ protocol }) => ![1, 6, 17].includes(protocol))
        .map((packet) => [0x0800, ipv4.encode(packet)] as const),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(0x86dd, 0x8100, 0x88cc), data()) },
  );
  return fc
    .tuple(
      fc.oneof(
        { weight: 5, arbitrary: macsOf(population) },
        { weight: 1, arbitrary: fc.constant(BROADCAST_MAC) },
      ),
      macsOf(population),
      content,
      fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 46 })),
    )
    .map(([destination, source, [etherType, packet], padding]) => {
      const payload = new Uint8Array(packet.length + padding);
      payload.set(packet);
      return ethernet.encode({ destination, source, etherType, payload });
    });
};

/**
 * Makes the IPv4 header of a frame that still looks like it consistent with what is left of the frame,
 * so that faults behind the header are met.
 */
const repair = (frame: Uint8Array): void => {
  const headerLength = ((frame[14] ?? 0) & 15) * 4;
  if (headerLength < 20 || frame.length < 14 + headerLength) return;
  const totalLength = Math.min(readU16(frame, 16), frame.length - 14);
  frame.set([totalLength >>> 8, totalLength & 255], 16);
  frame.set([0, 0], 24);
  const value = checksum(frame, 14, 14 + headerLength);
  frame.set([value >>> 8, value & 255], 24);
};

/**
 * A valid frame of which up to four bytes have changed, mostly in its headers, or the end is missing;
 * half of them with an IPv4 header that is right none the less.
 */
export const nearlyValidFrame = (population: Population = {}): fc.Arbitrary<Uint8Array> => {
  const bits = fc.oneof(
    fc.integer({ min: 1, max: 255 }),
    fc.nat({ max: 7 }).map((bit) => 1 << bit),
  );
  const places = fc.oneof(fc.nat({ max: 17 }), fc.nat({ max: 53 }), fc.nat({ max: 200 }));
  return fc
    .tuple(
      validFrame(population),
      fc.array(fc.tuple(places, bits), { maxLength: 4 }),
      fc.option(fc.nat({ max: 200 })),
      fc.boolean(),
    )
    .map(([frame, flips, cut, repaired]) => {
      const changed = cut === null ? frame.slice() : frame.slice(0, 1 + (cut % frame.length));
      for (const [at, flipped] of flips) {
        const place = at % changed.length;
        changed[place] = (changed[place] ?? 0) ^ flipped;
      }
      if (repaired && changed.length >= 14 && readU16(changed, 12) === 0x0800) repair(changed);
      return changed;
    });
};

/** Any bytes, now and then with an EtherType that lets them in. */
export const garbageFrame = (): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.uint8Array({ maxLength: 128 }), fc.option(fc.constantFrom(0x00, 0x06)))
    .map(([bytes, etherTypeLow]) => {
      if (etherTypeLow === null || bytes.length < 14) return bytes;
      const frame = Uint8Array.from(bytes);
      frame.set([0x08, etherTypeLow], 12);
      return frame;
    });
