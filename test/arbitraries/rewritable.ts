// IPv4 packets to rewrite and what to rewrite them to: built byte by byte, by none of the code under test.

import * as fc from 'fast-check';
import type { Ipv4Address } from '../../core/wire/address.ts';
import { ipv4 } from '../../core/wire/address.ts';
import type { Endpoints } from '../../core/wire/rewrite.ts';
import { NO_PORT } from '../../core/wire/rewrite.ts';

export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
const CHECKSUM_AT = new Map([
  [ICMP, 2],
  [TCP, 16],
  [UDP, 6],
]);

/** The sum of all 16-bit words modulo 65535: 0 over what contains its right checksum. */
export const wordSum = (bytes: Uint8Array, initial = 0): number => {
  let sum = initial;
  bytes.forEach((byte, at) => (sum += at % 2 === 0 ? byte * 256 : byte));
  return sum % 65535;
};

/** The internet checksum by the book: the complement of the sum. */
export const internetChecksum = (bytes: Uint8Array, initial = 0): number => {
  const nothing = initial === 0 && bytes.every((byte) => byte === 0);
  return nothing ? 0xffff : 65535 - (wordSum(bytes, initial) || 65535);
};

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) * 256 + (bytes[at + 1] as number);

export const setWord = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 255;
};

export const headerOf = (packet: Uint8Array): Uint8Array =>
  packet.subarray(0, ((packet[0] as number) & 15) * 4);

export const transportOf = (packet: Uint8Array): Uint8Array =>
  packet.subarray(headerOf(packet).length);

/** The sum of the pseudo header; none in ICMP. */
export const pseudoHeaderSum = (packet: Uint8Array): number =>
  packet[9] === ICMP
    ? 0
    : wordSum(packet.subarray(12, 20), (packet[9] as number) + transportOf(packet).length);

/** Where the transport checksum lies in the packet; null where there is none. */
export const checksumAt = (packet: Uint8Array): number | null => {
  const field = CHECKSUM_AT.get(packet[9] as number);
  if (field === undefined || (word(packet, 6) & 0x1fff) !== 0) return null;
  return transportOf(packet).length < field + 2 ? null : headerOf(packet).length + field;
};

/** Puts the right checksums into a packet. */
export const seal = (packet: Uint8Array): Uint8Array => {
  setWord(packet, 10, 0);
  setWord(packet, 10, internetChecksum(headerOf(packet)));
  const field = checksumAt(packet);
  if (field === null) return packet;
  setWord(packet, field, 0);
  const right = internetChecksum(transportOf(packet), pseudoHeaderSum(packet));
  setWord(packet, field, packet[9] === UDP && right === 0 ? 0xffff : right);
  return packet;
};

export interface Parts {
  readonly options: Uint8Array;
  /** Flags and fragment offset. */
  readonly fragment: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly source: number;
  readonly destination: number;
  readonly transport: Uint8Array;
}

export const packetOf = (parts: Parts): Uint8Array => {
  const { options, fragment, ttl, protocol, source, destination, transport } = parts;
  const packet = new Uint8Array(20 + options.length + transport.length);
  packet[0] = 0x45 + options.length / 4;
  setWord(packet, 2, packet.length);
  setWord(packet, 4, 0xbeef);
  setWord(packet, 6, fragment);
  packet[8] = ttl;
  packet[9] = protocol;
  [source >>> 16, source & 0xffff, destination >>> 16, destination & 0xffff].forEach((half, n) =>
    setWord(packet, 12 + 2 * n, half),
  );
  packet.set(options, 20);
  packet.set(transport, 20 + options.length);
  return seal(packet);
};

/** Words of all ones and all zeros are where ones' complement arithmetic goes wrong. */
const addresses = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 0xffffffff, 0x0a00ffff, 0x0a000000, 0xffff0001, 0x00000001),
);
const words = fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0xffff, 1, 0xfffe));

const optionBytes = fc
  .integer({ min: 0, max: 10 })
  .chain((count) => fc.uint8Array({ minLength: count * 4, maxLength: count * 4 }));

/** Packets with right checksums: any protocol, options, fragments, transport headers cut short. */
export const packets = fc
  .record({
    options: fc.oneof(fc.constant(new Uint8Array(0)), optionBytes),
    fragment: fc.oneof(fc.constantFrom(0, 0x4000, 0x2000), fc.integer({ min: 0, max: 0xffff })),
    ttl: fc.oneof(fc.constantFrom(0, 1, 64), fc.nat(255)),
    protocol: fc.oneof(fc.constantFrom(ICMP, TCP, UDP), fc.nat(255)),
    source: addresses,
    destination: addresses,
    transport: fc.uint8Array({ maxLength: 60 }),
    echo: fc.constantFrom(0, 8, null),
  })
  .map(({ echo, ...parts }) => {
    if (echo !== null && parts.protocol === ICMP && parts.transport.length > 0)
      parts.transport[0] = echo;
    return packetOf(parts);
  });

/** The same, with checksums that may be anything; UDP's often 0. */
export const spoiltPackets = fc.tuple(packets, words, words).map(([packet, header, transport]) => {
  setWord(packet, 10, header);
  const field = checksumAt(packet);
  if (field !== null) setWord(packet, field, transport);
  return packet;
});

const ports = fc.oneof(fc.constant(NO_PORT), words);

export const endpoints: fc.Arbitrary<Endpoints> = fc.record({
  source: addresses.map(ipv4),
  destination: addresses.map(ipv4),
  sourcePort: ports,
  destinationPort: ports,
});

/** The endpoints that a packet has, so that rewriting it to them brings it back. */
export const endpointsOf = (packet: Uint8Array): Endpoints => {
  const at = (offset: number): number => word(packet, offset) * 65536 + word(packet, offset + 2);
  const transport = transportOf(packet);
  const port = (offset: number): number =>
    transport.length < offset + 2 ? NO_PORT : word(transport, offset);
  const identifier = packet[9] === ICMP;
  return {
    source: ipv4(at(12)) satisfies Ipv4Address,
    destination: ipv4(at(16)),
    sourcePort: port(identifier ? 4 : 0),
    destinationPort: port(identifier ? 4 : 2),
  };
};

/** An ICMP error of `type` that quotes the first `quoted` bytes of a packet (RFC 792). */
export const errorOf = (outer: Omit<Parts, 'protocol' | 'transport'>, quote: Uint8Array) => {
  const transport = new Uint8Array(8 + quote.length);
  transport.set([3, 3]);
  transport.set(quote, 8);
  const packet = packetOf({ ...outer, protocol: ICMP, transport });
  return { packet, quotedAt: packet.length - quote.length };
};

/** ICMP errors with right checksums that quote a whole packet or the first bytes of it. */
export const errorsAbout = (quotes: fc.Arbitrary<Uint8Array>) =>
  fc
    .record({
      outer: fc.record({
        options: fc.oneof(fc.constant(new Uint8Array(0)), optionBytes),
        fragment: fc.constantFrom(0, 0, 0, 0x4000, 0x2000, 1),
        ttl: fc.constantFrom(0, 1, 64),
        source: addresses,
        destination: addresses,
      }),
      quote: quotes,
      cut: fc.oneof(fc.constant(Infinity), fc.nat(130)),
    })
    .map(({ outer, quote, cut }) => errorOf(outer, quote.subarray(0, cut)));
