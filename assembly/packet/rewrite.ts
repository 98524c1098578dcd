// Rewriting a packet in place (A9): endpoints, hops and the checksums that follow (RFC 1624 equation 3).
//
// What a change does to a checksum is its *difference*: the sum of ~m + m' over the 16-bit words that
// changed, as they lie in memory (RFC 1071 section 2 (B)). A word that did not change adds nothing, not
// even 0xffff: so that the result is, to the bit, that of equation 3 taken word by word.

import * as ethernet from '../../core/wire/layout/ethernet.ts';
import * as icmp from '../../core/wire/layout/icmp.ts';
import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import * as tcp from '../../core/wire/layout/tcp.ts';
import * as udp from '../../core/wire/layout/udp.ts';
import { fold } from './checksum.ts';

const NO_PORT: i32 = -1;

/** All of the IP header that changes lies in the 16 bytes from here: one load, one store. */
const WINDOW = ipv4.IDENTIFICATION;
const TTL_LANE = <u8>((ipv4.TTL - WINDOW) / 2);
const CHECKSUM_LANE = <u8>((ipv4.CHECKSUM - WINDOW) / 2);

/** Bytes of the IP header, options included. */
function headerLength(at: i32): i32 {
  return (load<u8>(at, ipv4.VERSION_IHL) & 15) << 2;
}

/** Whether an IP header's fixed part is there; a packet without is left alone. */
function hasHeader(at: i32, length: i32): bool {
  return length >= ipv4.MIN_HEADER_LENGTH && headerLength(at) >= ipv4.MIN_HEADER_LENGTH;
}

function isLaterFragment(at: i32): bool {
  const offset = bswap<u16>(<u16>ipv4.FRAGMENT_OFFSET_MASK);
  return (load<u16>(at, ipv4.FLAGS_FRAGMENT) & offset) != 0;
}

/** The difference that one word makes. */
export function changed(before: u32, after: u32): u32 {
  return select<u32>((before ^ 0xffff) + after, 0, before != after);
}

/** Puts a host-order `value` into the field at `at`, unless it is NO_PORT. Returns the difference. */
function putPort(at: i32, value: i32): u32 {
  if (value == NO_PORT) return 0;
  const before = <u32>load<u16>(at);
  const after = <u32>bswap<u16>(<u16>value);
  store<u16>(at, <u16>after);
  return changed(before, after);
}

/** The checksum after a difference. */
export function following(before: u32, difference: u32): u32 {
  return fold((before ^ 0xffff) + difference) ^ 0xffff;
}

/** Has the checksum field at `at` follow a difference. Returns the difference that this makes itself. */
function follow(at: i32, difference: u32): u32 {
  const before = <u32>load<u16>(at);
  const after = following(before, difference);
  store<u16>(at, <u16>after);
  return changed(before, after);
}

/** The same in UDP, where 0 says that there is no checksum and 0xffff stands for 0 (RFC 768). */
function followUdp(at: i32, difference: u32): u32 {
  const before = <u32>load<u16>(at);
  if (before == 0) return 0;
  const sum = following(before, difference);
  const after = select<u32>(0xffff, sum, sum == 0);
  store<u16>(at, <u16>after);
  return changed(before, after);
}

/** Addresses, TTL and header checksum. Returns the difference of the addresses (the pseudo header's). */
function rewriteHeader(at: i32, source: u32, destination: u32, hops: i32): u32 {
  const before = v128.load(at, WINDOW);
  const life = <i32>i16x8.extract_lane_u(before, TTL_LANE);
  // The TTL is the first byte of its word, hence the low one here; the protocol stays above it.
  const left = (life & 0xff00) | max<i32>((life & 0xff) - hops, 0);
  const addresses = (<u64>bswap<u32>(source)) | ((<u64>bswap<u32>(destination)) << 32);
  const after = i16x8.replace_lane(i64x2.replace_lane(before, 1, addresses), TTL_LANE, <i16>left);

  const mask = i16x8.ne(before, after);
  const sums = i32x4.add(
    i32x4.extadd_pairwise_i16x8_u(v128.andnot(mask, before)),
    i32x4.extadd_pairwise_i16x8_u(v128.and(mask, after)),
  );
  const difference = <u32>(i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3));
  const checksum = following(
    <u32>i16x8.extract_lane_u(before, CHECKSUM_LANE),
    difference + <u32>i32x4.extract_lane(sums, 1),
  );
  v128.store(at, i16x8.replace_lane(after, CHECKSUM_LANE, <i16>checksum), WINDOW);
  return difference;
}

/**
 * Ports or the echo identifier, and the checksum after them and after the difference of the addresses.
 * Fields past the end of the packet are left out. Returns the difference of the transport header's words.
 */
function rewriteTransport(
  at: i32,
  length: i32,
  sourcePort: i32,
  destinationPort: i32,
  addresses: u32,
): u32 {
  if (isLaterFragment(at)) return 0;
  const header = headerLength(at);
  const transport = at + header;
  const room = length - header;
  const protocol = <i32>load<u8>(at, ipv4.PROTOCOL);

  if (protocol == ipv4.PROTOCOL_ICMP) {
    if (room < icmp.IDENTIFIER + 2) return 0;
    const type = <i32>load<u8>(transport, icmp.TYPE);
    if (type != icmp.ECHO_REQUEST && type != icmp.ECHO_REPLY) return 0;
    const port = type == icmp.ECHO_REQUEST ? sourcePort : destinationPort;
    const identifier = putPort(transport + icmp.IDENTIFIER, port);
    return identifier + follow(transport + icmp.CHECKSUM, identifier);
  }
  // TCP and UDP have their ports in the same place.
  if (protocol != ipv4.PROTOCOL_TCP && protocol != ipv4.PROTOCOL_UDP) return 0;
  if (room < tcp.SOURCE_PORT + 2) return 0;
  let ports = putPort(transport + tcp.SOURCE_PORT, sourcePort);
  if (room < tcp.DESTINATION_PORT + 2) return ports;
  ports += putPort(transport + tcp.DESTINATION_PORT, destinationPort);

  if (protocol == ipv4.PROTOCOL_TCP) {
    if (room < tcp.CHECKSUM + 2) return ports;
    return ports + follow(transport + tcp.CHECKSUM, addresses + ports);
  }
  if (room < udp.CHECKSUM + 2) return ports;
  return ports + followUdp(transport + udp.CHECKSUM, addresses + ports);
}

/**
 * Rewrites the IP packet of `length` bytes at `at`: addresses and ports in host order, NO_PORT (-1) for a
 * port that stays; `hops` is taken off the TTL.
 */
export function rewrite(
  at: i32,
  length: i32,
  source: u32,
  destination: u32,
  sourcePort: i32,
  destinationPort: i32,
  hops: i32,
): void {
  if (!hasHeader(at, length)) return;
  const addresses = rewriteHeader(at, source, destination, hops);
  rewriteTransport(at, length, sourcePort, destinationPort, addresses);
}

/**
 * Rewrites the ICMP error of `length` bytes at `at` and the packet that it quotes at `quotedAt` (RFC 5508
 * section 4.2), an even distance into the message; the quote ends where the error ends.
 */
export function rewriteError(
  at: i32,
  length: i32,
  quotedAt: i32,
  source: u32,
  destination: u32,
  hops: i32,
  quotedSource: u32,
  quotedDestination: u32,
  quotedSourcePort: i32,
  quotedDestinationPort: i32,
): void {
  if (!hasHeader(at, length)) return;
  rewriteHeader(at, source, destination, hops);
  const room = at + length - quotedAt;
  if (isLaterFragment(at) || !hasHeader(quotedAt, room)) return;

  const before = <u32>load<u16>(quotedAt, ipv4.CHECKSUM);
  const addresses = rewriteHeader(quotedAt, quotedSource, quotedDestination, 0);
  const header = addresses + changed(before, <u32>load<u16>(quotedAt, ipv4.CHECKSUM));
  const transport = rewriteTransport(
    quotedAt,
    room,
    quotedSourcePort,
    quotedDestinationPort,
    addresses,
  );
  follow(at + headerLength(at) + icmp.CHECKSUM, header + transport);
}

/** Writes the Ethernet header of an IPv4 packet into the 14 bytes before `at`; a MAC address is 16 + 32 bits. */
export function writeEthernet(
  at: i32,
  destinationHigh: u32,
  destinationLow: u32,
  sourceHigh: u32,
  sourceLow: u32,
): void {
  const frame = at - ethernet.HEADER_LENGTH;
  store<u16>(frame, bswap<u16>(<u16>destinationHigh), ethernet.DESTINATION);
  store<u32>(frame, bswap<u32>(destinationLow), ethernet.DESTINATION + 2);
  store<u16>(frame, bswap<u16>(<u16>sourceHigh), ethernet.SOURCE);
  store<u32>(frame, bswap<u32>(sourceLow), ethernet.SOURCE + 2);
  store<u16>(frame, bswap<u16>(<u16>ethernet.ETHER_TYPE_IPV4), ethernet.ETHER_TYPE);
}
