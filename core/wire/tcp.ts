// TCP segments: RFC 9293 section 3.1.

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address } from './address.ts';
import type { ReadonlyBytes } from './bytes.ts';
import { put16, put32, u16, u32, u8 } from './bytes.ts';
import { checksum, pseudoHeaderSum } from './checksum.ts';
import type { FaultCode, FaultName } from './fault.ts';
import { SOUND, TCP_CHECKSUM, TCP_DATA_OFFSET, TCP_TRUNCATED, faultName } from './fault.ts';
import { PROTOCOL_TCP } from './layout/ipv4.ts';
import * as layout from './layout/tcp.ts';

/** Data offset and checksum follow from the rest. */
export interface TcpSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  /** 12 bits: the eight flags, and above them (0xf00) the four reserved bits, kept as they are. */
  readonly flags: number;
  readonly window: number;
  readonly urgentPointer: number;
  /** As they are on the wire: a multiple of 4 bytes, at most 40. */
  readonly options: ReadonlyBytes;
  /** As decoded a view of the bytes given. */
  readonly payload: ReadonlyBytes;
}

const headerLengthAt = (bytes: ReadonlyBytes, at: number): number =>
  (u8(bytes, at + layout.DATA_OFFSET) >>> 4) * 4;

/** What is wrong with the segment's shape from `at` up to `end`; 0 when its header can be read. */
export const fault = (bytes: ReadonlyBytes, at: number, end: number): FaultCode => {
  if (end - at < layout.MIN_HEADER_LENGTH) return TCP_TRUNCATED;
  const headerLength = headerLengthAt(bytes, at);
  return headerLength < layout.MIN_HEADER_LENGTH || headerLength > end - at
    ? TCP_DATA_OFFSET
    : SOUND;
};

/** Whether the checksum of a segment without `fault` is wrong, between these addresses; 0 when right. */
export const checksumFault = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
  source: Ipv4Address,
  destination: Ipv4Address,
): FaultCode =>
  checksum(bytes, at, end, pseudoHeaderSum(source, destination, PROTOCOL_TCP, end - at)) === 0
    ? SOUND
    : TCP_CHECKSUM;

/** The segment from `at` up to `end`; the checksum is not looked at. */
export const decode = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
): E.Either<FaultName, TcpSegment> => {
  const code = fault(bytes, at, end);
  if (code !== SOUND) return E.left(faultName(code));
  const payloadAt = at + headerLengthAt(bytes, at);
  return E.right({
    sourcePort: u16(bytes, at + layout.SOURCE_PORT),
    destinationPort: u16(bytes, at + layout.DESTINATION_PORT),
    sequence: u32(bytes, at + layout.SEQUENCE),
    acknowledgement: u32(bytes, at + layout.ACKNOWLEDGEMENT),
    flags: ((u8(bytes, at + layout.DATA_OFFSET) & 15) << 8) | u8(bytes, at + layout.FLAGS),
    window: u16(bytes, at + layout.WINDOW),
    urgentPointer: u16(bytes, at + layout.URGENT_POINTER),
    options: bytes.subarray(at + layout.MIN_HEADER_LENGTH, payloadAt),
    payload: bytes.subarray(payloadAt, end),
  });
};

/** The segment's bytes, with data offset, and checksum for these addresses, computed. */
export const encode = (
  segment: TcpSegment,
  source: Ipv4Address,
  destination: Ipv4Address,
): Uint8Array => {
  const headerLength = layout.MIN_HEADER_LENGTH + segment.options.length;
  const bytes = new Uint8Array(headerLength + segment.payload.length);
  put16(bytes, layout.SOURCE_PORT, segment.sourcePort);
  put16(bytes, layout.DESTINATION_PORT, segment.destinationPort);
  put32(bytes, layout.SEQUENCE, segment.sequence);
  put32(bytes, layout.ACKNOWLEDGEMENT, segment.acknowledgement);
  bytes[layout.DATA_OFFSET] = ((headerLength / 4) << 4) | (segment.flags >>> 8);
  bytes[layout.FLAGS] = segment.flags;
  put16(bytes, layout.WINDOW, segment.window);
  put16(bytes, layout.URGENT_POINTER, segment.urgentPointer);
  bytes.set(segment.options, layout.MIN_HEADER_LENGTH);
  bytes.set(segment.payload, headerLength);
  const initial = pseudoHeaderSum(source, destination, PROTOCOL_TCP, bytes.length);
  put16(bytes, layout.CHECKSUM, checksum(bytes, 0, bytes.length, initial));
  return bytes;
};

const NOTHING: ReadonlyBytes = new Uint8Array(0);

/** What the segment takes of the sequence space: its data, and one each for SYN and FIN. */
const sequenceLength = ({ flags, payload }: TcpSegment): number =>
  payload.length + ((flags & layout.SYN) === 0 ? 0 : 1) + ((flags & layout.FIN) === 0 ? 0 : 1);

/**
 * The reset that answers `segment` where no connection is (RFC 9293 section 3.10.7.1); null for a reset,
 * which is never answered.
 */
export const resetFor = (segment: TcpSegment): TcpSegment | null => {
  if ((segment.flags & layout.RST) !== 0) return null;
  const acknowledged = (segment.flags & layout.ACK) !== 0;
  return {
    sourcePort: segment.destinationPort,
    destinationPort: segment.sourcePort,
    sequence: acknowledged ? segment.acknowledgement : 0,
    acknowledgement: acknowledged ? 0 : (segment.sequence + sequenceLength(segment)) >>> 0,
    flags: acknowledged ? layout.RST : layout.RST | layout.ACK,
    window: 0,
    urgentPointer: 0,
    options: NOTHING,
    payload: NOTHING,
  };
};
