// UDP datagrams: RFC 768.

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address } from './address.ts';
import type { ReadonlyBytes } from './bytes.ts';
import { put16, u16 } from './bytes.ts';
import { checksum, pseudoHeaderSum } from './checksum.ts';
import type { FaultCode, FaultName } from './fault.ts';
import { SOUND, UDP_CHECKSUM, UDP_LENGTH, UDP_TRUNCATED, faultName } from './fault.ts';
import { PROTOCOL_UDP } from './layout/ipv4.ts';
import * as layout from './layout/udp.ts';

/** What the checksum field says when there is none. */
const NO_CHECKSUM = 0;

/** Length and checksum follow from the rest; whether a datagram came without checksum is not kept. */
export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** At most 65527 bytes; as decoded a view of the bytes given. */
  readonly payload: ReadonlyBytes;
}

/**
 * What is wrong with the datagram's shape from `at` up to `end`; 0 when header and length can be trusted.
 * Bytes after its length are no part of it. The first fragment of a datagram has more length than bytes.
 */
export const fault = (bytes: ReadonlyBytes, at: number, end: number): FaultCode => {
  if (end - at < layout.HEADER_LENGTH) return UDP_TRUNCATED;
  const length = u16(bytes, at + layout.LENGTH);
  return length < layout.HEADER_LENGTH || length > end - at ? UDP_LENGTH : SOUND;
};

/**
 * Whether the checksum of a datagram without `fault` is wrong, between these addresses; 0 when it is
 * right, or when there is none.
 */
export const checksumFault = (
  bytes: ReadonlyBytes,
  at: number,
  _end: number,
  source: Ipv4Address,
  destination: Ipv4Address,
): FaultCode => {
  if (u16(bytes, at + layout.CHECKSUM) === NO_CHECKSUM) return SOUND;
  const length = u16(bytes, at + layout.LENGTH);
  const initial = pseudoHeaderSum(source, destination, PROTOCOL_UDP, length);
  return checksum(bytes, at, at + length, initial) === 0 ? SOUND : UDP_CHECKSUM;
};

/** The datagram at `at`; the checksum is not looked at. */
export const decode = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
): E.Either<FaultName, UdpDatagram> => {
  const code = fault(bytes, at, end);
  if (code !== SOUND) return E.left(faultName(code));
  return E.right({
    sourcePort: u16(bytes, at + layout.SOURCE_PORT),
    destinationPort: u16(bytes, at + layout.DESTINATION_PORT),
    payload: bytes.subarray(at + layout.HEADER_LENGTH, at + u16(bytes, at + layout.LENGTH)),
  });
};

/** The datagram's bytes, always with a checksum for these addresses (RFC 1122 section 4.1.3.4). */
export const encode = (
  datagram: UdpDatagram,
  source: Ipv4Address,
  destination: Ipv4Address,
): Uint8Array => {
  const bytes = new Uint8Array(layout.HEADER_LENGTH + datagram.payload.length);
  put16(bytes, layout.SOURCE_PORT, datagram.sourcePort);
  put16(bytes, layout.DESTINATION_PORT, datagram.destinationPort);
  put16(bytes, layout.LENGTH, bytes.length);
  bytes.set(datagram.payload, layout.HEADER_LENGTH);
  const initial = pseudoHeaderSum(source, destination, PROTOCOL_UDP, bytes.length);
  // A checksum that comes out as 0 is sent as its other spelling: 0 means that there is none.
  put16(bytes, layout.CHECKSUM, checksum(bytes, 0, bytes.length, initial) || 0xffff);
  return bytes;
};
