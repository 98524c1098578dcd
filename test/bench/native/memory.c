// Sums over messages that lie one behind the other, and over all records of the flow table.
#include "checksum.h"
#include "gateway.h"

/** The checksums of `count` messages of `length` bytes, all in one. */
uint32_t checksums(const uint8_t *at, uint32_t length, uint32_t count) {
  uint32_t all = 0;
  for (uint32_t message = 0; message < count; message++, at += length)
    all ^= __builtin_bswap16((uint16_t)~onesSum(at, length));
  return all;
}

/** How fast memory is read: a sum of words of 64 bits. */
uint32_t reading(const uint8_t *at, uint32_t length, uint32_t count) {
  uint64_t all = 0;
  for (uint32_t message = 0; message < count; message++, at += length) {
    uint64_t sum = 0;
    for (uint32_t offset = 0; offset + 8 <= length; offset += 8) sum += get64(at + offset);
    all ^= sum;
  }
  return (uint32_t)(all ^ all >> 32);
}

/** Writes the numbers of records that were idle too long; returns how many there are (assembly/flow/table.ts). */
uint32_t expired(const uint8_t *records, uint32_t count, uint32_t *found, double now, double tcpTransitory,
                 double tcpEstablished, double udp, double icmp) {
  uint32_t number = 0;
  for (uint32_t record = 1; record <= count; record++) {
    const uint8_t *at = records + (size_t)record * FLOW_RECORD_SIZE;
    const uint32_t state = at[FLOW_STATE];
    if (!(state & FLOW_IN_USE)) continue;
    const uint32_t protocol = at[FLOW_PROTOCOL];
    const uint32_t lasting = 1u << FLOW_ESTABLISHED | 1u << FLOW_HALF_CLOSED;
    double limit = lasting >> (state & FLOW_PHASE_MASK) & 1 ? tcpEstablished : tcpTransitory;
    if (protocol == IPV4_PROTOCOL_UDP) limit = udp;
    if (protocol == IPV4_PROTOCOL_ICMP) limit = icmp;
    if (now - getDouble(at + FLOW_LAST_SEEN) >= limit) found[number++] = record;
  }
  return number;
}
