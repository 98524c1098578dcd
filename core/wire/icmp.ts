// ICMP messages: RFC 792; what hosts and routers make of them: RFC 1122 section 3.2.2, RFC 1812 section 4.3.

import * as E from 'fp-ts/lib/Either.js';
import type { ReadonlyBytes } from './bytes.ts';
import { put16, put32, u32, u8 } from './bytes.ts';
import { checksum } from './checksum.ts';
import type { FaultCode, FaultName } from './fault.ts';
import { ICMP_CHECKSUM, ICMP_TRUNCATED, SOUND, faultName } from './fault.ts';
import * as layout from './layout/icmp.ts';
import { MIN_HEADER_LENGTH as IPV4_HEADER_LENGTH } from './layout/ipv4.ts';

/** An ICMP error with its IP header is no larger, bytes (RFC 1812 section 4.3.2.3). */
const MAX_ERROR_DATAGRAM = 576;

/** The checksum follows from the rest. */
export interface IcmpMessage {
  readonly type: number;
  readonly code: number;
  /** Bytes 4 to 7, unsigned: identifier and sequence of an echo, MTU of "fragmentation needed". */
  readonly rest: number;
  /** As decoded a view of the bytes given. */
  readonly payload: ReadonlyBytes;
}

/** What is wrong with the message from `at` up to `end`; 0 when it can be read and its checksum is right. */
export const fault = (bytes: ReadonlyBytes, at: number, end: number): FaultCode => {
  if (end - at < layout.HEADER_LENGTH) return ICMP_TRUNCATED;
  return checksum(bytes, at, end) === 0 ? SOUND : ICMP_CHECKSUM;
};

export const decode = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
): E.Either<FaultName, IcmpMessage> => {
  const code = fault(bytes, at, end);
  if (code !== SOUND) return E.left(faultName(code));
  return E.right({
    type: u8(bytes, at + layout.TYPE),
    code: u8(bytes, at + layout.CODE),
    rest: u32(bytes, at + layout.REST),
    payload: bytes.subarray(at + layout.HEADER_LENGTH, end),
  });
};

/** The message's bytes, with its checksum computed. */
export const encode = (message: IcmpMessage): Uint8Array => {
  const bytes = new Uint8Array(layout.HEADER_LENGTH + message.payload.length);
  bytes[layout.TYPE] = message.type;
  bytes[layout.CODE] = message.code;
  put32(bytes, layout.REST, message.rest);
  bytes.set(message.payload, layout.HEADER_LENGTH);
  put16(bytes, layout.CHECKSUM, checksum(bytes, 0, bytes.length));
  return bytes;
};

/** The reply to an echo request: identifier, sequence and data come back as they were (RFC 792). */
export const echoReplyTo = (request: IcmpMessage): IcmpMessage => ({
  type: layout.ECHO_REPLY,
  code: 0,
  rest: request.rest,
  payload: request.payload,
});

/**
 * An ICMP error about the packet `quoted`, given from its IP header on. As much of it is kept as fits
 * an error whose own IP header has no options.
 */
export const errorMessage = (
  type: number,
  code: number,
  rest: number,
  quoted: ReadonlyBytes,
): IcmpMessage => ({
  type,
  code,
  rest,
  payload: quoted.subarray(0, MAX_ERROR_DATAGRAM - IPV4_HEADER_LENGTH - layout.HEADER_LENGTH),
});

/** Whether a message of this type reports an error, and so quotes a packet (RFC 1122 section 3.2.2). */
export const isError = (type: number): boolean =>
  type === layout.DESTINATION_UNREACHABLE ||
  type === layout.SOURCE_QUENCH ||
  type === layout.REDIRECT ||
  type === layout.TIME_EXCEEDED ||
  type === layout.PARAMETER_PROBLEM;
