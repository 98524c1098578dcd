// The checksum that a device left to be completed: VIRTIO 1.2 section 5.1.6.2, RFC 1071.

import { put16, u16 } from '../../core/wire/bytes.ts';
import { checksum } from '../../core/wire/checksum.ts';
import { PROTOCOL_UDP } from '../../core/wire/layout/ipv4.ts';
import * as udp from '../../core/wire/layout/udp.ts';
import type { Packet } from '../../core/wire/packet.ts';
import type { Offload } from './header.ts';

/** The checksum as it stands in its field: in UDP 0 says that there is none, and 0xffff stands for it (RFC 768). */
export const spelled = (sum: number, isUdp: boolean): number => (isUdp && sum === 0 ? 0xffff : sum);

/**
 * Completes the checksum of a sound packet in its frame. False where the field lies outside of what the IP
 * packet carries, or sums up a part of a datagram: nothing is done then. What was added up wrongly before
 * stays wrong.
 */
export const complete = (
  frame: Uint8Array,
  { at, length, transportAt, protocol, fragment }: Packet,
  { checksumStart: start, checksumOffset }: Offload,
): boolean => {
  const field = start + checksumOffset;
  const isOwn = start === transportAt && checksumOffset === udp.CHECKSUM;
  const isUdp = isOwn && protocol === PROTOCOL_UDP;
  if (fragment || start < transportAt || field + 2 > at + length) return false;
  // Padding is never summed up, nor what lies behind a datagram in its packet.
  const end = isUdp ? transportAt + u16(frame, transportAt + udp.LENGTH) : at + length;
  put16(frame, field, spelled(checksum(frame, start, end), isUdp));
  return true;
};
