// The internet checksum: RFC 1071. Sums are taken of words as they lie in memory, byte-swapped on a
// little-endian machine, and swapped once at the end (section 2 (B)).

/** Ones' complement sum of 16 bits out of a sum of 16-bit words below 2^32; 0 for 0 alone. */
export function fold(sum: u32): u32 {
  // Its halves are added in the upper half, where the carry out of the lower one comes round to.
  return (sum + rotl<u32>(sum, 16)) >>> 16;
}

/**
 * The internet checksum of the `length` bytes at `at` (0 to 65535, any alignment), in host order, as it
 * stands in a checksum field; 0 over a message that contains its own right checksum. An odd last byte
 * counts as the first of a word. `initial` is an unsigned sum of host-order words to start from, such
 * as a pseudo header's.
 */
export function checksum(at: i32, length: i32, initial: i32): i32 {
  const end = at + length;
  // Four 32-bit lanes: each step adds at most 4 * 65535 to a lane, and 65535 bytes are 2048 steps.
  let lanes = i32x4.splat(0);
  for (; at + 32 <= end; at += 32) {
    const low = i32x4.extadd_pairwise_i16x8_u(v128.load(at));
    lanes = i32x4.add(lanes, i32x4.add(low, i32x4.extadd_pairwise_i16x8_u(v128.load(at, 16))));
  }
  if (at + 16 <= end) {
    lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(v128.load(at)));
    at += 16;
  }
  const low = i64x2.extract_lane(lanes, 0);
  const high = i64x2.extract_lane(lanes, 1);
  let sum: u64 = (low & 0xffffffff) + (low >>> 32) + (high & 0xffffffff) + (high >>> 32);
  if (at + 8 <= end) {
    const words = load<u64>(at);
    sum += (words & 0xffffffff) + (words >>> 32);
    at += 8;
  }
  if (at + 4 <= end) {
    sum += load<u32>(at);
    at += 4;
  }
  if (at + 2 <= end) {
    sum += load<u16>(at);
    at += 2;
  }
  if (at < end) sum += load<u8>(at);

  // 2^32 is 1 modulo 65535, so the halves of a wide sum add up like words.
  const swapped = bswap<u16>(<u16>fold(<u32>(sum & 0xffff) + <u32>(sum >>> 16)));
  const total = <u64>swapped + <u64>(<u32>initial);
  return ~fold(<u32>(total & 0xffff) + <u32>(total >>> 16)) & 0xffff;
}
