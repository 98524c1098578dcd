// Putting datagrams together (D3): which fragments fit, and the whole of them (RFC 791 section 3.2, RFC 815;
// RFC 1858, RFC 5722 for those that would deceive a filter).

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { put16, u8 } from '../wire/bytes.ts';
import { checksum } from '../wire/checksum.ts';
import * as layout from '../wire/layout/ipv4.ts';
import type { Datagram, HeldFragment, Piece } from '../decision/datagram.ts';
import type { Reason } from '../decision/reason.ts';

/** How long the fragments of a datagram are waited for, milliseconds (RFC 1122 section 3.3.2: 60 to 120 s). */
export const REASSEMBLY_TIME = 60_000;

/**
 * After so many other datagrams of the same pair of hosts, pieces of an identification are those of another
 * datagram: identifications come round, in seconds between fast hosts (RFC 4963).
 */
export const PAIR_DISTANCE = 64;

/** Pieces of one datagram: what 65,535 bytes make at the least MTU of 576 (RFC 791 section 3.2), and some. */
export const MAX_PIECES = 128;

/** Whether the time allowed for a datagram is over. */
export const isOverdue = ({ since }: Datagram, now: number): boolean =>
  now - since >= REASSEMBLY_TIME;

/** The pieces with one more, or why it does not fit. */
const placed = (pieces: readonly Piece[], piece: Piece): readonly Piece[] | Reason => {
  let index = pieces.length;
  while (index > 0 && (pieces[index - 1]?.from ?? 0) >= piece.from) index--;
  const before = pieces[index - 1];
  const after = pieces[index];
  if (after !== undefined && after.from === piece.from && after.to === piece.to)
    return 'fragment-duplicate';
  if ((before !== undefined && before.to > piece.from) || (after && after.from < piece.to))
    return 'fragment-overlap';
  return pieces.length >= MAX_PIECES ? 'fragments-too-many' : pieces.toSpliced(index, 0, piece);
};

/** The datagram with one more piece, the last of it unless `more` follow; or why it cannot be part of it. */
export const withPiece = (datagram: Datagram, piece: Piece, more: boolean): Datagram | Reason => {
  const pieces = placed(datagram.pieces, piece);
  if (typeof pieces === 'string') return pieces;
  const end = pieces.at(-1)?.to ?? 0;
  const total = more ? datagram.total : piece.to;
  // Two ends, or data behind the end: somebody is lying.
  const contradicts =
    total >= 0 && (end > total || (datagram.total >= 0 && datagram.total !== total));
  return contradicts ? 'fragment-overlap' : { ...datagram, pieces, total };
};

export const isComplete = ({ pieces, total }: Datagram): boolean => {
  let reached = 0;
  for (const { from, to } of pieces) {
    if (from !== reached) return false;
    reached = to;
  }
  return reached === total;
};

/**
 * The whole datagram of these fragments, which are all of it, in any order: what stood before the IP header
 * of the first (an Ethernet header), its IP header, all data. Null when that is longer than a packet can be.
 */
export const reassembled = (fragments: readonly HeldFragment[]): Uint8Array | null => {
  const inOrder = fragments.toSorted((a, b) => a.from - b.from);
  const [first] = inOrder;
  if (first === undefined) return null;
  const headerLength = (u8(first.frame, first.at) & 15) * 4;
  const data = inOrder.map(({ frame, at, length }): ReadonlyBytes => {
    const own = (u8(frame, at) & 15) * 4;
    return frame.subarray(at + own, at + length);
  });
  const length = data.reduce((sum, bytes) => sum + bytes.length, headerLength);
  if (length > 65535) return null;
  const whole = new Uint8Array(first.at + length);
  whole.set(first.frame.subarray(0, first.at + headerLength));
  let at = first.at + headerLength;
  for (const bytes of data) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  put16(whole, first.at + layout.TOTAL_LENGTH, length);
  // Neither fragment nor "do not fragment": it may have to be cut again.
  put16(whole, first.at + layout.FLAGS_FRAGMENT, 0);
  put16(whole, first.at + layout.CHECKSUM, 0);
  put16(whole, first.at + layout.CHECKSUM, checksum(whole, first.at, first.at + headerLength));
  return whole;
};
