// Where an ONC RPC message lies in a UDP packet.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u16 } from '../wire/bytes.ts';
import { SOUND } from '../wire/fault.ts';
import * as layout from '../wire/layout/udp.ts';
import type { Packet } from '../wire/packet.ts';
import * as udp from '../wire/udp.ts';
import type { Arrival } from '../decision/arrival.ts';

/** Offset of the message in the frame. */
export const messageAt = ({ transportAt }: Packet): number => transportAt + layout.HEADER_LENGTH;

/** Offset of what follows it: the end of the datagram, or of the first fragment of it. */
export const messageEnd = (frame: ReadonlyBytes, { at, length, transportAt }: Packet): number =>
  Math.min(at + length, transportAt + u16(frame, transportAt + layout.LENGTH));

/**
 * Whether the datagram was damaged on its way: what the gateway itself takes in, it checks as a host does
 * (RFC 1122 section 4.1.3.4). What it passes on the node checks. Of a fragment it cannot be told.
 */
export const isDamaged = ({ frame, packet }: Arrival): boolean => {
  const { transportAt, at, length, source, destination } = packet;
  const end = at + length;
  return (
    !packet.fragment && udp.checksumFault(frame, transportAt, end, source, destination) !== SOUND
  );
};
