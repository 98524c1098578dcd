// The flow table as the pipeline needs it: the hash, look-ups, and the ring of what is not established.
// assembly: flow/hash.ts, flow/buckets.ts, flow/record.ts, flow/ring.ts.
#pragma once
#include "gateway.h"
#if defined(__AVX2__)
#include <immintrin.h>
#endif

INLINE uint32_t tagOf(const struct view *v, uint32_t protocol, uint64_t addresses, uint32_t ports) {
  const uint64_t product = (v->k0 + (uint32_t)addresses) * (v->k1 + (addresses >> 32));
  const uint64_t rest = (v->k2 + ports) * (v->k3 + protocol);
  const uint32_t tag = (uint32_t)((product + rest + v->k4) >> 32);
  return tag == 0 ? 1 : tag;
}

INLINE uint32_t keyedTag(const struct view *v, uint64_t key) {
  return (uint32_t)(((v->k0 + (uint32_t)key) * (v->k1 + (key >> 32)) + v->k4) >> 32);
}

INLINE uint32_t scattered(uint32_t tag) {
  const uint32_t mixed = (tag ^ (tag >> 16)) * 0x7feb352du;
  return mixed ^ (mixed >> 15);
}

INLINE const uint8_t *buckets(const struct view *v, bool inside) { return inside ? v->inside : v->outside; }

INLINE const uint8_t *firstBucket(const struct view *v, bool inside, uint32_t tag) {
  return buckets(v, inside) + (size_t)(scattered(tag) >> v->shift) * FLOW_BUCKET_SIZE;
}

INLINE const uint8_t *otherBucket(const struct view *v, bool inside, const uint8_t *bucket, uint32_t tag) {
  const uint32_t distance = ((scattered(tag) | 1) * FLOW_BUCKET_SIZE) & v->bucketsLast;
  return buckets(v, inside) + ((uint32_t)(bucket - buckets(v, inside)) ^ distance);
}

/** The lanes of a bucket that hold a tag, a bit each. */
INLINE uint32_t lanesWith(const uint8_t *bucket, uint32_t tag) {
#if defined(__AVX2__)
  _Static_assert(FLOW_LANES == 8, "a bucket's tags fill a register");
  const __m256i tags = _mm256_load_si256((const __m256i *)(bucket + FLOW_TAGS));
  const __m256i equal = _mm256_cmpeq_epi32(tags, _mm256_set1_epi32((int)tag));
  return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(equal));
#else
  uint32_t lanes = 0;
  for (uint32_t lane = 0; lane < FLOW_LANES; lane++)
    lanes |= (uint32_t)(get32(bucket + FLOW_TAGS + lane * 4) == tag) << lane;
  return lanes;
#endif
}

INLINE uint32_t recordIn(const uint8_t *bucket, uint32_t lanes) {
  return get32(bucket + FLOW_RECORDS + (size_t)__builtin_ctz(lanes) * 4);
}

/** Whether a packet between these ends belongs to a record. */
INLINE bool belongs(const uint8_t *record, bool inside, uint32_t protocol, uint64_t addresses, uint32_t ports) {
  _Static_assert(FLOW_HOST_ADDRESS == FLOW_NODE_ADDRESS + 4 && FLOW_CLUSTER_ADDRESS == FLOW_HOST_ADDRESS + 4 &&
                     FLOW_HOST_PORT == FLOW_NODE_PORT + 2 && FLOW_CLUSTER_PORT == FLOW_HOST_PORT + 2,
                 "source and destination are neighbours, in packets and in records");
  const uint64_t between = get64(record + (inside ? FLOW_NODE_ADDRESS : FLOW_HOST_ADDRESS));
  const uint32_t at = get32(record + (inside ? FLOW_NODE_PORT : FLOW_HOST_PORT));
  return ((between ^ addresses) | (at ^ ports) | (record[FLOW_PROTOCOL] ^ protocol)) == 0;
}

INLINE uint32_t searchBucket(const struct view *v, const uint8_t *bucket, uint32_t tag, bool inside, uint32_t protocol,
                             uint64_t addresses, uint32_t ports) {
  for (uint32_t lanes = lanesWith(bucket, tag); lanes != 0; lanes &= lanes - 1) {
    const uint32_t record = recordIn(bucket, lanes);
    if (belongs(recordAt(v, record), inside, protocol, addresses, ports)) return record;
  }
  return 0;
}

/** The record of a packet wherever it is; 0: none. The overflow chain of the bench's tables is empty. */
RARELY uint32_t search(const struct view *v, bool inside, uint32_t protocol, uint64_t addresses, uint32_t ports) {
  const uint32_t tag = tagOf(v, protocol, addresses, ports);
  const uint8_t *first = firstBucket(v, inside, tag);
  const uint32_t record = searchBucket(v, first, tag, inside, protocol, addresses, ports);
  if (record != 0) return record;
  return searchBucket(v, otherBucket(v, inside, first, tag), tag, inside, protocol, addresses, ports);
}

INLINE void ringLink(const struct view *v, uint32_t before, uint32_t after) {
  put32(recordAt(v, before) + FLOW_FLEETING_NEXT, after);
  put32(recordAt(v, after) + FLOW_FLEETING_PREVIOUS, before);
}

/** To be called after the time of a record's last message was written. */
RARELY void restate(const struct view *v, uint32_t number) {
  uint8_t *record = recordAt(v, number);
  ringLink(v, get32(record + FLOW_FLEETING_PREVIOUS), get32(record + FLOW_FLEETING_NEXT));
  ringLink(v, number, number);
  const uint32_t settled =
      1 << FLOW_ESTABLISHED | 1 << FLOW_HALF_CLOSED | 1 << FLOW_TWO_WAY | 1 << FLOW_RESET;
  if (settled >> (record[FLOW_STATE] & FLOW_PHASE_MASK) & 1) return;
  const uint32_t last = get32(recordAt(v, 0) + FLOW_FLEETING_PREVIOUS);
  ringLink(v, last, number);
  ringLink(v, number, 0);
}
