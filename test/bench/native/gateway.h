// What a gateway's memory has where: written by test/bench/native.ts, in this order, as words of 64 bits.
#pragma once
#include "layout.h"
#include "words.h"

struct gateway {
  uint8_t *memory;
  // Places in the memory: offsets in bytes.
  uint64_t links, nodes, hops;
  uint64_t directory, directoryLast;
  uint64_t records, outside, inside, bucketsLast, shift;
  uint64_t keys[5];
};

/** Frames that came together by one link. Slots lie `stride` bytes apart; a word each: length and egress. */
struct batch {
  uint64_t ingress, count, slots, stride, lengths, egresses;
};

#define LARGEST_BATCH 1024

/** What is the same for all frames of a batch: kept where stores into frames cannot touch it. */
struct view {
  const uint8_t *settings, *links, *nodes, *hops, *directory;
  uint8_t *records;
  const uint8_t *outside, *inside;
  uint32_t directoryLast, bucketsLast, shift;
  uint64_t k0, k1, k2, k3, k4;
  uint32_t ingress, flags, epoch, linkCount;
  bool offloads;
  double now, grain, tcpEstablished, tcpTransitory, udp;
};

INLINE const uint8_t *linkAt(const struct view *v, uint32_t index) { return v->links + (size_t)index * LINK_SIZE; }
INLINE const uint8_t *nodeAt(const struct view *v, uint32_t index) { return v->nodes + (size_t)index * NODE_SIZE; }
INLINE const uint8_t *hopAt(const struct view *v, uint32_t index) { return v->hops + (size_t)index * HOP_SIZE; }
INLINE uint8_t *recordAt(const struct view *v, uint32_t record) {
  return v->records + (size_t)record * FLOW_RECORD_SIZE;
}
