// The internet checksum (RFC 1071) as a C programmer leaves it to the compiler: words of 32 bits summed up in
// 64, which it turns into vectors by itself.
#pragma once
#include "words.h"

/** The ones' complement sum of bytes in the order of the memory. */
INLINE uint16_t onesSum(const uint8_t *at, size_t length) {
  uint64_t sum = 0;
  size_t offset = 0;
  for (; offset + 4 <= length; offset += 4) sum += get32(at + offset);
  if (offset + 2 <= length) {
    sum += get16(at + offset);
    offset += 2;
  }
  if (offset < length) sum += at[offset];
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffffffff) + (sum >> 32);
  uint32_t word = (uint32_t)(sum & 0xffff) + (uint32_t)(sum >> 16);
  word = (word & 0xffff) + (word >> 16);
  return (uint16_t)word;
}
