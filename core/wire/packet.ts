// What the message switch reads of an IPv4 packet in a frame: one check, then plain fields (boxes 505-530).

import type { Ipv4Address } from './address.ts';
import { ipv4 as ipv4Address } from './address.ts';
import type { ReadonlyBytes } from './bytes.ts';
import { u16, u32, u8 } from './bytes.ts';
import type { FaultCode } from './fault.ts';
import { FRAGMENT_LENGTH, FRAGMENT_TINY, ICMP_QUOTE_TRUNCATED, SOUND } from './fault.ts';
import * as icmp from './icmp.ts';
import * as ipv4 from './ipv4.ts';
import * as icmpLayout from './layout/icmp.ts';
import * as layout from './layout/ipv4.ts';
import * as tcpLayout from './layout/tcp.ts';
import * as udpLayout from './layout/udp.ts';
import { NO_PORT } from './rewrite.ts';
import * as tcp from './tcp.ts';
import * as udp from './udp.ts';

/**
 * A sound packet. All offsets are bytes from the start of the frame. Ports are `NO_PORT` where there are
 * none; ICMP echo has its identifier as the port of the side that asks, and 0 as the other's.
 */
export interface Packet {
  readonly at: number;
  readonly length: number;
  readonly transportAt: number;
  readonly protocol: number;
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly ttl: number;
  readonly dontFragment: boolean;
  /** Part of a larger packet (D3). Only the first has ports, which are then to be trusted; else no transport header. */
  readonly fragment: boolean;
  /** Where the data of a fragment belong in the whole, bytes. */
  readonly fragmentOffset: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** TCP flags; 0 for other protocols. */
  readonly tcpFlags: number;
  /** ICMP type; -1 for other protocols. */
  readonly icmpType: number;
}

const transportFault = (
  frame: ReadonlyBytes,
  protocol: number,
  at: number,
  end: number,
): FaultCode => {
  if (protocol === layout.PROTOCOL_TCP) return tcp.fault(frame, at, end);
  if (protocol === layout.PROTOCOL_UDP) return udp.fault(frame, at, end);
  if (protocol === layout.PROTOCOL_ICMP) return icmp.fault(frame, at, end);
  return SOUND;
};

export const isPortType = (protocol: number): boolean =>
  protocol === layout.PROTOCOL_TCP || protocol === layout.PROTOCOL_UDP;

/** The port, or echo identifier, of the side that sent the transport header at `at`. */
const sourcePortAt = (frame: ReadonlyBytes, protocol: number, at: number): number => {
  if (isPortType(protocol)) return u16(frame, at + udpLayout.SOURCE_PORT);
  if (protocol !== layout.PROTOCOL_ICMP) return NO_PORT;
  const type = u8(frame, at + icmpLayout.TYPE);
  if (type === icmpLayout.ECHO_REQUEST) return u16(frame, at + icmpLayout.IDENTIFIER);
  return type === icmpLayout.ECHO_REPLY ? 0 : NO_PORT;
};

const destinationPortAt = (frame: ReadonlyBytes, protocol: number, at: number): number => {
  if (isPortType(protocol)) return u16(frame, at + udpLayout.DESTINATION_PORT);
  if (protocol !== layout.PROTOCOL_ICMP) return NO_PORT;
  const type = u8(frame, at + icmpLayout.TYPE);
  if (type === icmpLayout.ECHO_REPLY) return u16(frame, at + icmpLayout.IDENTIFIER);
  return type === icmpLayout.ECHO_REQUEST ? 0 : NO_PORT;
};

/** Largest total length of a packet, bytes, whole or put together. */
const MAX_LENGTH = 65535;

/** What is wrong with a fragment whose data lie from `at` to `end` and belong at `offset` of the whole. */
const fragmentFault = (
  frame: ReadonlyBytes,
  protocol: number,
  at: number,
  end: number,
  offset: number,
  more: boolean,
): FaultCode => {
  const size = end - at;
  if (size === 0 || (more && size % 8 !== 0)) return FRAGMENT_LENGTH;
  // RFC 1858 section 3.2.2, RFC 3128: no fragment may replace what the first says in its header.
  if (offset !== 0)
    return protocol === layout.PROTOCOL_TCP && offset < tcpLayout.MIN_HEADER_LENGTH
      ? FRAGMENT_TINY
      : SOUND;
  if (protocol === layout.PROTOCOL_TCP)
    return tcp.fault(frame, at, end) === SOUND ? SOUND : FRAGMENT_TINY;
  return protocol === layout.PROTOCOL_UDP && size < udpLayout.HEADER_LENGTH ? FRAGMENT_TINY : SOUND;
};

/** The packet at `at`, or what is wrong with it. Bytes after its total length are padding. */
export const packetAt = (frame: ReadonlyBytes, at: number): Packet | FaultCode => {
  const fault = ipv4.fault(frame, at, frame.length);
  if (fault !== SOUND) return fault;
  const length = u16(frame, at + layout.TOTAL_LENGTH);
  const transportAt = at + (u8(frame, at) & 15) * 4;
  const protocol = u8(frame, at + layout.PROTOCOL);
  const flags = u16(frame, at + layout.FLAGS_FRAGMENT);
  const more = (flags & layout.FLAG_MORE_FRAGMENTS) !== 0;
  const fragmentOffset = (flags & layout.FRAGMENT_OFFSET_MASK) * 8;
  const fragment = more || fragmentOffset !== 0;
  // The "ping of death": RFC 791 section 3.2 gives no place to what lies behind 65,535 bytes.
  if (fragmentOffset + length > MAX_LENGTH) return FRAGMENT_LENGTH;
  const end = at + length;
  const transport = fragment
    ? fragmentFault(frame, protocol, transportAt, end, fragmentOffset, more)
    : transportFault(frame, protocol, transportAt, end);
  if (transport !== SOUND) return transport;
  // An ICMP message in fragments is read when it is whole.
  const readable = fragmentOffset === 0 && !(fragment && protocol === layout.PROTOCOL_ICMP);
  return {
    at,
    length,
    transportAt,
    protocol,
    source: ipv4Address(u32(frame, at + layout.SOURCE)),
    destination: ipv4Address(u32(frame, at + layout.DESTINATION)),
    ttl: u8(frame, at + layout.TTL),
    dontFragment: (flags & layout.FLAG_DONT_FRAGMENT) !== 0,
    fragment,
    fragmentOffset,
    sourcePort: readable ? sourcePortAt(frame, protocol, transportAt) : NO_PORT,
    destinationPort: readable ? destinationPortAt(frame, protocol, transportAt) : NO_PORT,
    tcpFlags:
      protocol === layout.PROTOCOL_TCP && readable ? u8(frame, transportAt + tcpLayout.FLAGS) : 0,
    icmpType:
      protocol === layout.PROTOCOL_ICMP && readable ? u8(frame, transportAt + icmpLayout.TYPE) : -1,
  };
};

/** Whether more fragments of the same datagram are to come after this packet's data. */
export const moreFragments = (frame: ReadonlyBytes, { at }: Packet): boolean =>
  (u16(frame, at + layout.FLAGS_FRAGMENT) & layout.FLAG_MORE_FRAGMENTS) !== 0;

/** The packet that an ICMP error quotes, as far as it is there: at least 8 bytes past its header (RFC 792). */
export interface Quoted {
  readonly at: number;
  readonly protocol: number;
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

const SMALLEST_QUOTED_DATA = 8;

/** The quote in the ICMP error `packet`, or `ICMP_QUOTE_TRUNCATED` when it names no connection. */
export const quotedIn = (frame: ReadonlyBytes, packet: Packet): Quoted | FaultCode => {
  const at = packet.transportAt + icmpLayout.HEADER_LENGTH;
  const end = packet.at + packet.length;
  if (end - at < layout.MIN_HEADER_LENGTH + SMALLEST_QUOTED_DATA) return ICMP_QUOTE_TRUNCATED;
  const versionIhl = u8(frame, at);
  const transportAt = at + (versionIhl & 15) * 4;
  if (versionIhl >>> 4 !== 4 || transportAt - at < layout.MIN_HEADER_LENGTH)
    return ICMP_QUOTE_TRUNCATED;
  if (transportAt + SMALLEST_QUOTED_DATA > end) return ICMP_QUOTE_TRUNCATED;
  if ((u16(frame, at + layout.FLAGS_FRAGMENT) & layout.FRAGMENT_OFFSET_MASK) !== 0)
    return ICMP_QUOTE_TRUNCATED;
  const protocol = u8(frame, at + layout.PROTOCOL);
  return {
    at,
    protocol,
    source: ipv4Address(u32(frame, at + layout.SOURCE)),
    destination: ipv4Address(u32(frame, at + layout.DESTINATION)),
    sourcePort: sourcePortAt(frame, protocol, transportAt),
    destinationPort: destinationPortAt(frame, protocol, transportAt),
  };
};
