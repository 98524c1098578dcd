// The internet checksum: RFC 1071. Sums are taken of words as they lie in memory, byte-swapped on a
// little-endian machine, and swapped once at the end (section 2 (B)).

/** Ones' complement sum of 16 bits out of a sum of 16-bit words below 2^32; 0 for 0 alone. */
export function fold(sum: u32): u32 {
  // Its halves are added in the upper half, where the carry out of the lower one comes round to.
  return (sum + rotl<u32>(sum, 16)) >>> 16;
}

/** The words of the vector at `at`, added up in pairs. */
function halves(at: i32): v128 {
  return i32x4.extadd_pairwise_i16x8_u(v128.load(at));
}

/**
 * The internet checksum of the `length` bytes at `at` (0 to 65535, any alignment), in host order, as it
 * stands in a checksum field; 0 over a message that contains its own right checksum. An odd last byte
 * counts as the first of a word. `initial` is an unsigned sum of host-order words to start from, such
 * as a pseudo header's.
 */
export function checksum(at: i32, length: i32, initial: i32): i32 {
  const end = at + length;
  // Four 32-bit lanes: a vector adds at most 2 * 65535 to a lane, and 65535 bytes are 4095 vectors. Eight of
  // them a turn: what a loop costs besides, such as the engine's look whether to stop, is a fifth else.
  let lanes = i32x4.splat(0);
  for (; at + 128 <= end; at += 128) {
    const first = i32x4.add(halves(at), halves(at + 16));
    const second = i32x4.add(halves(at + 32), halves(at + 48));
    const third = i32x4.add(halves(at + 64), halves(at + 80));
    const fourth = i32x4.add(halves(at + 96), halves(at + 112));
    const all = i32x4.add(i32x4.add(first, second), i32x4.add(third, fourth));
    lanes = i32x4.add(lanes, all);
  }
  for (; at + 16 <= end; at += 16) lanes = i32x4.add(lanes, halves(at));
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
