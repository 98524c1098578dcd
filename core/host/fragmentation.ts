// Cutting a packet that is larger than the link carries: RFC 791 section 3.2, RFC 815's counterpart.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { copyOf, put16, u16, u8 } from '../wire/bytes.ts';
import { checksum } from '../wire/checksum.ts';
import * as layout from '../wire/layout/ipv4.ts';

/** Option types whose copied flag is clear stand in the first fragment only (RFC 791 section 3.1). */
const COPIED = 0x80;
const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;

/** The header of the fragments after the first: only options that are to be copied. */
const laterHeader = (header: ReadonlyBytes): Uint8Array => {
  const kept = Array.from(copyOf(header.subarray(0, layout.MIN_HEADER_LENGTH)));
  let at = layout.MIN_HEADER_LENGTH;
  while (at < header.length && u8(header, at) !== END_OF_OPTIONS) {
    const size =
      u8(header, at) === NO_OPERATION ? 1 : at + 1 < header.length ? u8(header, at + 1) : 0;
    if (size < 1 || at + size > header.length) break;
    if ((u8(header, at) & COPIED) !== 0) kept.push(...copyOf(header.subarray(at, at + size)));
    at += size;
  }
  while (kept.length % 4 !== 0) kept.push(END_OF_OPTIONS);
  kept[layout.VERSION_IHL] = 0x40 | (kept.length / 4);
  return Uint8Array.from(kept);
};

/** The fragments of a sound packet (from its IP header to its end), each at most `mtu` bytes long. */
export const fragmentsOf = (packet: ReadonlyBytes, mtu: number): readonly Uint8Array[] => {
  const headerLength = (u8(packet, 0) & 15) * 4;
  const first = copyOf(packet.subarray(0, headerLength));
  const later = laterHeader(first);
  const flags = u16(packet, layout.FLAGS_FRAGMENT);
  const fragments: Uint8Array[] = [];
  for (let at = headerLength; at < packet.length;) {
    const header = at === headerLength ? first : later;
    const room = Math.floor((mtu - header.length) / 8) * 8;
    const end = Math.min(packet.length, at + room);
    const fragment = new Uint8Array(header.length + end - at);
    fragment.set(header);
    fragment.set(copyOf(packet.subarray(at, end)), header.length);
    const offset = (flags & layout.FRAGMENT_OFFSET_MASK) + (at - headerLength) / 8;
    const more =
      end < packet.length ? layout.FLAG_MORE_FRAGMENTS : flags & layout.FLAG_MORE_FRAGMENTS;
    put16(fragment, layout.TOTAL_LENGTH, fragment.length);
    put16(fragment, layout.FLAGS_FRAGMENT, more | offset);
    put16(fragment, layout.CHECKSUM, 0);
    put16(fragment, layout.CHECKSUM, checksum(fragment, 0, header.length));
    fragments.push(fragment);
    at = end;
  }
  return fragments;
};
