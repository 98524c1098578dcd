// The Internet checksum: RFC 1071. Sums are one's complement, so 0xffff and 0 are both zero there; a
// sum is 0 only when every byte is.

import type { Ipv4Address } from './address.ts';
import type { ReadonlyBytes } from './bytes.ts';

/** Adds the carries back in, as often as there are any; exact for every total that a double holds. */
const fold = (total: number): number => {
  let folded = total;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return folded;
};

/**
 * The 16-bit one's complement sum of `bytes` from `at` up to `end`. An odd last byte counts as if a zero
 * followed. `initial` is the sum of what goes before, which must be of even length.
 */
export const sum = (bytes: ReadonlyBytes, at: number, end: number, initial = 0): number => {
  let total = initial;
  const even = end - ((end - at) & 1);
  for (let i = at; i < even; i += 2) {
    total += ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
  }
  if (even < end) total += (bytes[even] as number) << 8;
  return fold(total);
};

/** What the checksum field gets, its own place counted as zero; 0 over bytes whose checksum is right. */
export const checksum = (bytes: ReadonlyBytes, at: number, end: number, initial = 0): number =>
  ~sum(bytes, at, end, initial) & 0xffff;

/** The sum of the pseudo header of TCP and UDP (RFC 9293 section 3.1, RFC 768); `length` in bytes. */
export const pseudoHeaderSum = (
  source: Ipv4Address,
  destination: Ipv4Address,
  protocol: number,
  length: number,
): number =>
  fold(
    (source >>> 16) +
      (source & 0xffff) +
      (destination >>> 16) +
      (destination & 0xffff) +
      protocol +
      length,
  );
