// The slow and obvious reference for the kernels that rewrite: RFC 1624 equation 3, one word at a time.
// Nothing but constants is shared with them. `assembly/packet/rewrite.ts` gives the same bytes for every input.

import type { Ipv4Address } from './address.ts';
import type { ReadonlyBytes } from './bytes.ts';
import { copyOf, put16, put48, u16, u8 } from './bytes.ts';
import * as ethernet from './layout/ethernet.ts';
import * as icmp from './layout/icmp.ts';
import * as ipv4 from './layout/ipv4.ts';
import * as tcp from './layout/tcp.ts';
import * as udp from './layout/udp.ts';
import type { Endpoints, FrameAddresses, Rewrite } from './rewrite.ts';
import { NO_PORT } from './rewrite.ts';

/** A 16-bit word that changed. */
interface WordChange {
  readonly from: number;
  readonly to: number;
}

/** RFC 1624 equation 3: HC' = ~(~HC + ~m + m'), in ones' complement arithmetic. */
const equation3 = (checksum: number, { from, to }: WordChange): number => {
  const sum = (~checksum & 0xffff) + (~from & 0xffff) + to;
  const once = (sum & 0xffff) + (sum >>> 16);
  return ~((once & 0xffff) + (once >>> 16)) & 0xffff;
};

/** Writes the word at `at`, unless it lies past the end; says what changed. */
const putWord = (packet: Uint8Array, at: number, value: number): WordChange[] => {
  if (at + 2 > packet.length) return [];
  const from = u16(packet, at);
  put16(packet, at, value);
  return from === value ? [] : [{ from, to: value }];
};

const putAddress = (packet: Uint8Array, at: number, address: Ipv4Address): WordChange[] => [
  ...putWord(packet, at, address >>> 16),
  ...putWord(packet, at + 2, address & 0xffff),
];

const putPort = (packet: Uint8Array, at: number, port: number): WordChange[] =>
  port === NO_PORT ? [] : putWord(packet, at, port);

/** Has the checksum at `at` follow what changed, unless it lies past the end. */
const follow = (packet: Uint8Array, at: number, changes: readonly WordChange[]): void => {
  if (at + 2 <= packet.length) put16(packet, at, changes.reduce(equation3, u16(packet, at)));
};

/** RFC 768: 0 says that there is no checksum; one that comes to 0 is sent as 0xffff. */
const followUdp = (packet: Uint8Array, at: number, changes: readonly WordChange[]): void => {
  if (at + 2 > packet.length || u16(packet, at) === 0) return;
  follow(packet, at, changes);
  if (u16(packet, at) === 0) put16(packet, at, 0xffff);
};

const headerLength = (packet: ReadonlyBytes): number => (u8(packet, ipv4.VERSION_IHL) & 15) * 4;

/** Whether an IP header's fixed part is there; a packet without is left alone. */
const hasHeader = (packet: ReadonlyBytes): boolean =>
  packet.length >= ipv4.MIN_HEADER_LENGTH && headerLength(packet) >= ipv4.MIN_HEADER_LENGTH;

const isLaterFragment = (packet: ReadonlyBytes): boolean =>
  (u16(packet, ipv4.FLAGS_FRAGMENT) & ipv4.FRAGMENT_OFFSET_MASK) !== 0;

/** Addresses, TTL and header checksum; says how the addresses changed. */
const rewriteHeader = (packet: Uint8Array, endpoints: Endpoints, hops: number): WordChange[] => {
  // Only IPv4 is rewritten: addresses are numbers here.
  const addresses = [
    ...putAddress(packet, ipv4.SOURCE, endpoints.source as Ipv4Address),
    ...putAddress(packet, ipv4.DESTINATION, endpoints.destination as Ipv4Address),
  ];
  const ttl = Math.max(0, u8(packet, ipv4.TTL) - hops);
  const life = putWord(packet, ipv4.TTL, ttl * 256 + u8(packet, ipv4.PROTOCOL));
  follow(packet, ipv4.CHECKSUM, [...addresses, ...life]);
  return addresses;
};

/** Ports or the echo identifier, and the checksum after them and after the addresses. */
const rewriteTransport = (
  packet: Uint8Array,
  { sourcePort, destinationPort }: Endpoints,
  addresses: readonly WordChange[],
): void => {
  if (isLaterFragment(packet)) return;
  const transport = packet.subarray(headerLength(packet));
  switch (u8(packet, ipv4.PROTOCOL)) {
    case ipv4.PROTOCOL_TCP: {
      const from = putPort(transport, tcp.SOURCE_PORT, sourcePort);
      const to = putPort(transport, tcp.DESTINATION_PORT, destinationPort);
      return follow(transport, tcp.CHECKSUM, [...addresses, ...from, ...to]);
    }
    case ipv4.PROTOCOL_UDP: {
      const from = putPort(transport, udp.SOURCE_PORT, sourcePort);
      const to = putPort(transport, udp.DESTINATION_PORT, destinationPort);
      return followUdp(transport, udp.CHECKSUM, [...addresses, ...from, ...to]);
    }
    case ipv4.PROTOCOL_ICMP: {
      const type = transport[icmp.TYPE];
      if (type !== icmp.ECHO_REQUEST && type !== icmp.ECHO_REPLY) return;
      const port = type === icmp.ECHO_REQUEST ? sourcePort : destinationPort;
      return follow(transport, icmp.CHECKSUM, putPort(transport, icmp.IDENTIFIER, port));
    }
  }
};

/** The quoted packet at `quotedAt` of an ICMP error, and the error's checksum after it. */
const rewriteQuoted = (error: Uint8Array, quotedAt: number, endpoints: Endpoints): void => {
  const quoted = error.subarray(quotedAt);
  if (isLaterFragment(error) || !hasHeader(quoted)) return;
  const before = copyOf(error);
  rewriteTransport(quoted, endpoints, rewriteHeader(quoted, endpoints, 0));

  const message = headerLength(error);
  const changes: WordChange[] = [];
  for (let at = message; at + 2 <= error.length; at += 2)
    if (u16(before, at) !== u16(error, at))
      changes.push({ from: u16(before, at), to: u16(error, at) });
  follow(error, message + icmp.CHECKSUM, changes);
};

/**
 * The whole frame as it leaves: an Ethernet header with `addresses` (null: none), then the IPv4 packet of
 * `length` bytes at `at` of `frame`, rewritten (null: as it is). A checksum that was wrong stays wrong by
 * the same difference. Fields past the end of the packet are left out; in a later fragment only the IP
 * header changes; a header shorter than 20 bytes is left alone.
 */
export const rewritten = (
  frame: ReadonlyBytes,
  at: number,
  length: number,
  rewrite: Rewrite | null,
  addresses: FrameAddresses | null,
): Uint8Array => {
  const packet = copyOf(frame.subarray(at, at + length));
  if (rewrite !== null && hasHeader(packet)) {
    const { endpoints } = rewrite.packet;
    const changes = rewriteHeader(packet, endpoints, rewrite.hops);
    if (rewrite.quoted === null) rewriteTransport(packet, endpoints, changes);
    else rewriteQuoted(packet, rewrite.quoted.at - at, rewrite.quoted.endpoints);
  }
  if (addresses === null) return packet;

  const whole = new Uint8Array(ethernet.HEADER_LENGTH + packet.length);
  put48(whole, ethernet.DESTINATION, addresses.destination);
  put48(whole, ethernet.SOURCE, addresses.source);
  put16(whole, ethernet.ETHER_TYPE, ethernet.ETHER_TYPE_IPV4);
  whole.set(packet, ethernet.HEADER_LENGTH);
  return whole;
};
