// IPv4 packets: RFC 791 section 3.1.

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address } from './address.ts';
import { ipv4 } from './address.ts';
import type { ReadonlyBytes } from './bytes.ts';
import { put16, put32, u16, u32, u8 } from './bytes.ts';
import { checksum } from './checksum.ts';
import type { FaultCode, FaultName } from './fault.ts';
import {
  IPV4_CHECKSUM,
  IPV4_HEADER_LENGTH,
  IPV4_TOTAL_LENGTH,
  IPV4_TRUNCATED,
  IPV4_VERSION,
  SOUND,
  faultName,
} from './fault.ts';
import * as layout from './layout/ipv4.ts';

/**
 * Lengths and checksum follow from the rest. The reserved flag is no part of it: a packet that has it
 * set is sound (hosts must ignore it, and switched in place it keeps it), but `encode` sends zero.
 */
export interface Ipv4Packet {
  readonly typeOfService: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In bytes: a multiple of 8, at most 65528. */
  readonly fragmentOffset: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  /** As they are on the wire: a multiple of 4 bytes, at most 40. */
  readonly options: ReadonlyBytes;
  /** At most 65535 bytes together with the header; as decoded a view of the bytes given. */
  readonly payload: ReadonlyBytes;
}

/**
 * What is wrong with the packet from `at` up to `end`; 0 when header and total length can be trusted.
 * Bytes after the total length are Ethernet padding.
 */
export const fault = (bytes: ReadonlyBytes, at: number, end: number): FaultCode => {
  if (end - at < layout.MIN_HEADER_LENGTH) return IPV4_TRUNCATED;
  const versionIhl = u8(bytes, at + layout.VERSION_IHL);
  if (versionIhl >>> 4 !== 4) return IPV4_VERSION;
  const headerLength = (versionIhl & 15) * 4;
  if (headerLength < layout.MIN_HEADER_LENGTH) return IPV4_HEADER_LENGTH;
  const totalLength = u16(bytes, at + layout.TOTAL_LENGTH);
  if (totalLength < headerLength || totalLength > end - at) return IPV4_TOTAL_LENGTH;
  return checksum(bytes, at, at + headerLength) === 0 ? SOUND : IPV4_CHECKSUM;
};

export const decode = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
): E.Either<FaultName, Ipv4Packet> => {
  const code = fault(bytes, at, end);
  if (code !== SOUND) return E.left(faultName(code));
  const payloadAt = at + (u8(bytes, at + layout.VERSION_IHL) & 15) * 4;
  const flagsFragment = u16(bytes, at + layout.FLAGS_FRAGMENT);
  return E.right({
    typeOfService: u8(bytes, at + layout.TYPE_OF_SERVICE),
    identification: u16(bytes, at + layout.IDENTIFICATION),
    dontFragment: (flagsFragment & layout.FLAG_DONT_FRAGMENT) !== 0,
    moreFragments: (flagsFragment & layout.FLAG_MORE_FRAGMENTS) !== 0,
    fragmentOffset: (flagsFragment & layout.FRAGMENT_OFFSET_MASK) * 8,
    ttl: u8(bytes, at + layout.TTL),
    protocol: u8(bytes, at + layout.PROTOCOL),
    source: ipv4(u32(bytes, at + layout.SOURCE)),
    destination: ipv4(u32(bytes, at + layout.DESTINATION)),
    options: bytes.subarray(at + layout.MIN_HEADER_LENGTH, payloadAt),
    payload: bytes.subarray(payloadAt, at + u16(bytes, at + layout.TOTAL_LENGTH)),
  });
};

/** The packet's bytes, with lengths and header checksum computed. */
export const encode = (packet: Ipv4Packet): Uint8Array => {
  const headerLength = layout.MIN_HEADER_LENGTH + packet.options.length;
  const bytes = new Uint8Array(headerLength + packet.payload.length);
  bytes[layout.VERSION_IHL] = (4 << 4) | (headerLength / 4);
  bytes[layout.TYPE_OF_SERVICE] = packet.typeOfService;
  put16(bytes, layout.TOTAL_LENGTH, bytes.length);
  put16(bytes, layout.IDENTIFICATION, packet.identification);
  put16(
    bytes,
    layout.FLAGS_FRAGMENT,
    (packet.dontFragment ? layout.FLAG_DONT_FRAGMENT : 0) |
      (packet.moreFragments ? layout.FLAG_MORE_FRAGMENTS : 0) |
      (packet.fragmentOffset / 8),
  );
  bytes[layout.TTL] = packet.ttl;
  bytes[layout.PROTOCOL] = packet.protocol;
  put32(bytes, layout.SOURCE, packet.source);
  put32(bytes, layout.DESTINATION, packet.destination);
  bytes.set(packet.options, layout.MIN_HEADER_LENGTH);
  put16(bytes, layout.CHECKSUM, checksum(bytes, 0, headerLength));
  bytes.set(packet.payload, headerLength);
  return bytes;
};
