// A frame that a device left to be cut, in pieces as its sender would have sent them: VIRTIO 1.2 section
// 5.1.6.2; RFC 9293 section 3.7.1 for TCP segments, RFC 768 for datagrams.

import * as layout from '../../assembly/layout/offload.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { put16, put32, u16, u32, u8 } from '../../core/wire/bytes.ts';
import { checksum } from '../../core/wire/checksum.ts';
import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import * as tcp from '../../core/wire/layout/tcp.ts';
import * as udp from '../../core/wire/layout/udp.ts';
import type { Packet } from '../../core/wire/packet.ts';
import { spelled } from './complete.ts';
import type { Offload } from './header.ts';

/** More pieces than any sender makes of 65,535 bytes: Linux goes down to 48 bytes in each. */
const MOST_PIECES = 2048;

/** What is cut: where data and checksum field lie in the frame, bytes. */
interface Cut {
  readonly isUdp: boolean;
  readonly dataAt: number;
  readonly end: number;
  readonly fieldAt: number;
}

const tcpCut = (frame: ReadonlyBytes, { at, length, transportAt }: Packet): Cut => ({
  isUdp: false,
  dataAt: transportAt + (u8(frame, transportAt + tcp.DATA_OFFSET) >>> 4) * 4,
  end: at + length,
  fieldAt: transportAt + tcp.CHECKSUM,
});

const udpCut = (frame: ReadonlyBytes, { transportAt }: Packet): Cut => ({
  isUdp: true,
  dataAt: transportAt + udp.HEADER_LENGTH,
  end: transportAt + u16(frame, transportAt + udp.LENGTH),
  fieldAt: transportAt + udp.CHECKSUM,
});

/** How the frame is to be cut; null where that does not fit it. */
const cutOf = (frame: ReadonlyBytes, packet: Packet, offload: Offload): Cut | null => {
  const { isPartial, cutting, pieceSize, checksumStart, checksumOffset } = offload;
  const type = packet.protocol === ipv4.PROTOCOL_TCP ? layout.GSO_TCP_IPV4 : layout.GSO_UDP;
  if (packet.fragment || !isPartial || pieceSize === 0 || cutting !== type) return null;
  if (type === layout.GSO_UDP && packet.protocol !== ipv4.PROTOCOL_UDP) return null;
  const cut = type === layout.GSO_UDP ? udpCut(frame, packet) : tcpCut(frame, packet);
  const fits =
    checksumStart === packet.transportAt && checksumStart + checksumOffset === cut.fieldAt;
  return fits && cut.end - cut.dataAt <= pieceSize * MOST_PIECES ? cut : null;
};

const putIpv4 = (piece: Uint8Array, at: number, index: number, headerEnd: number): void => {
  put16(piece, at + ipv4.TOTAL_LENGTH, piece.length - at);
  put16(piece, at + ipv4.IDENTIFICATION, u16(piece, at + ipv4.IDENTIFICATION) + index);
  put16(piece, at + ipv4.CHECKSUM, 0);
  put16(piece, at + ipv4.CHECKSUM, checksum(piece, at, headerEnd));
};

/** Sequence number and flags of the segment whose data start `offset` bytes behind the first's. */
const putTcp = (piece: Uint8Array, at: number, offset: number, isLast: boolean): void => {
  const kept = (offset === 0 ? 0xff : ~tcp.CWR) & (isLast ? 0xff : ~(tcp.FIN | tcp.PSH));
  put32(piece, at + tcp.SEQUENCE, u32(piece, at + tcp.SEQUENCE) + offset);
  piece[at + tcp.FLAGS] = u8(piece, at + tcp.FLAGS) & kept;
};

/**
 * The frames that the frame of a sound packet stands for, in their order, each with its checksums; null
 * where what is to be cut is no TCP segment or UDP datagram, or not said rightly.
 */
export const segmented = (
  frame: ReadonlyBytes,
  packet: Packet,
  offload: Offload,
): readonly Uint8Array[] | null => {
  const cut = cutOf(frame, packet, offload);
  if (cut === null) return null;
  const { at, transportAt } = packet;
  const { isUdp, dataAt, end, fieldAt } = cut;
  const size = end - dataAt;
  // The field has the length of the whole in it, ones' complement: that is taken out here, and a piece's put in.
  const partial = u16(frame, fieldAt) + (0xffff - (end - transportAt));

  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset === 0 || offset < size; offset += offload.pieceSize) {
    const from = dataAt + offset;
    const until = Math.min(end, from + offload.pieceSize);
    const piece = new Uint8Array(dataAt + until - from);
    piece.set(frame.subarray(0, dataAt));
    piece.set(frame.subarray(from, until), dataAt);
    putIpv4(piece, at, pieces.length, transportAt);
    const length = piece.length - transportAt;
    if (isUdp) put16(piece, transportAt + udp.LENGTH, length);
    else putTcp(piece, transportAt, offset, until === end);
    put16(piece, fieldAt, 0);
    const sum = checksum(piece, transportAt, piece.length, partial + length);
    put16(piece, fieldAt, spelled(sum, isUdp));
    pieces.push(piece);
  }
  return pieces;
};
