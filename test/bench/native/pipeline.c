// The pipeline as a C programmer would write it: the algorithm of assembly/pipeline/pipeline.ts and every check that
// it makes, with prefetches in place of loads, and each direction compiled for itself.
#include "checksum.h"
#include "repeat-service.h"
#include "sight.h"
#include <time.h>

/** Slots that are asked for ahead of the parser. */
#define AHEAD 8

struct sighted {
  uint32_t tag, candidate;
};

/** Tags of all frames; their buckets are on their way. */
INLINE void sight(const struct view *v, bool inside, uint8_t *slots, size_t stride, uint32_t count,
                  const uint8_t *lengths, struct sighted *seen) {
  const uint8_t *link = linkAt(v, v->ingress);
  const bool isServed = (get32(link + LINK_FLAGS) & LINK_SERVED) != 0;
  const uint64_t mac = get64(link + LINK_MAC), mask = get64(link + LINK_MAC_MASK);
  for (uint32_t index = 0; index < count; index++) {
    const uint8_t *packet = slots + index * stride + SLOT_PACKET;
    __builtin_prefetch(packet + AHEAD * stride, 1);
    const uint32_t tag = isServed ? tagAt(v, packet, get32(lengths + index * 4), mac, mask) : 0;
    seen[index].tag = tag;
    if (tag != 0) __builtin_prefetch(firstBucket(v, inside, tag));
  }
}

/** Candidates in the first buckets; their records are on their way, or the other buckets. */
INLINE uint32_t findCandidates(const struct view *v, bool inside, uint32_t count, struct sighted *seen, uint32_t *missed) {
  uint32_t misses = 0;
  for (uint32_t index = 0; index < count; index++) {
    const uint32_t tag = seen[index].tag;
    seen[index].candidate = 0;
    if (unlikely(tag == 0)) continue;
    const uint8_t *first = firstBucket(v, inside, tag);
    const uint32_t lanes = lanesWith(first, tag);
    if (likely(lanes != 0)) {
      const uint32_t record = recordIn(first, lanes);
      seen[index].candidate = record;
      __builtin_prefetch(recordAt(v, record));
    } else {
      missed[misses++] = index;
      __builtin_prefetch(otherBucket(v, inside, first, tag));
    }
  }
  return misses;
}

/** The same in the other buckets of those that missed. */
INLINE void findOthers(const struct view *v, bool inside, struct sighted *seen, const uint32_t *missed, uint32_t misses) {
  for (uint32_t miss = 0; miss < misses; miss++) {
    struct sighted *one = &seen[missed[miss]];
    const uint8_t *other = otherBucket(v, inside, firstBucket(v, inside, one->tag), one->tag);
    const uint32_t lanes = lanesWith(other, one->tag);
    if (lanes == 0) continue;
    one->candidate = recordIn(other, lanes);
    __builtin_prefetch(recordAt(v, one->candidate));
  }
}

/** Passes one packet on; returns the link that it leaves by. UP: nothing was done. */
INLINE int32_t repeatOne(const struct view *v, bool inside, const struct sighted *one, uint8_t *packet, uint32_t *total) {
  if (unlikely(one->tag == 0)) return UP;
  const uint32_t protocol = packet[IPV4_PROTOCOL];
  const uint64_t addresses = get64(packet + IPV4_SOURCE);
  const uint32_t header = (packet[IPV4_VERSION_IHL] & 15) << 2;
  const uint32_t ports = get32(packet + header);
  *total = host16(get16(packet + IPV4_TOTAL_LENGTH));
  uint32_t number = one->candidate;
  const uint8_t *record = recordAt(v, number);
  if (unlikely(!(record[FLOW_STATE] & FLOW_IN_USE) || !belongs(record, inside, protocol, addresses, ports)))
    number = search(v, inside, protocol, addresses, ports);
  if (likely(number != 0)) {
    const int32_t egress = repeatFlow(v, number, inside, packet, header, protocol, *total);
    if (likely(egress != UP)) return egress;
    if (inside) return UP;
  }
  return inside ? repeatOutgoing(v, packet, header, protocol, *total)
                : repeatInbound(v, number != 0, packet, header, protocol, *total);
}

/** Repeats a batch in one direction; returns how many frames were passed on. */
INLINE uint32_t repeat(const struct view *v, bool inside, uint8_t *memory, const struct batch *batch) {
  struct sighted seen[LARGEST_BATCH];
  uint32_t missed[LARGEST_BATCH];
  const uint32_t count = (uint32_t)batch->count;
  const size_t stride = batch->stride;
  uint8_t *slots = memory + batch->slots;
  uint8_t *lengths = memory + batch->lengths;
  uint8_t *egresses = memory + batch->egresses;
  sight(v, inside, slots, stride, count, lengths, seen);
  const uint32_t misses = findCandidates(v, inside, count, seen, missed);
  findOthers(v, inside, seen, missed, misses);
  uint32_t passed = 0;
  for (uint32_t index = 0; index < count; index++) {
    uint32_t total = 0;
    const int32_t egress = repeatOne(v, inside, &seen[index], slots + index * stride + SLOT_PACKET, &total);
    if (unlikely(egress == UP)) continue;
    put32(egresses + index * 4, (uint32_t)egress);
    put32(lengths + index * 4, total + ETHERNET_HEADER_LENGTH);
    passed++;
  }
  return passed;
}

/** How many frames of a batch have a right transport checksum, all bytes of them being read. */
static uint32_t soundIn(const uint8_t *memory, const struct batch *batch) {
  uint32_t sound = 0;
  for (uint32_t index = 0; index < batch->count; index++) {
    const uint8_t *packet = memory + batch->slots + index * batch->stride + SLOT_PACKET;
    const uint32_t header = (packet[IPV4_VERSION_IHL] & 15) << 2;
    const uint32_t length = host16(get16(packet + IPV4_TOTAL_LENGTH)) - header;
    const uint64_t addresses = get64(packet + IPV4_SOURCE);
    uint64_t sum = (addresses & 0xffffffff) + (addresses >> 32) + ((uint32_t)packet[IPV4_PROTOCOL] << 8);
    sum += __builtin_bswap16((uint16_t)length) + onesSum(packet + header, length);
    sound += folded(sum) == 0xffff;
  }
  return sound;
}

/** Puts frames into the slots of a batch, as a device does that reads. */
static void putFrames(uint8_t *memory, const struct batch *batch, const uint8_t *from) {
  uint8_t *to = memory + batch->slots;
  for (uint32_t index = 0; index < batch->count; index++, to += batch->stride, from += batch->stride)
    memcpy(to + SLOT_ETHERNET, from + SLOT_ETHERNET, get32(memory + batch->lengths + index * 4));
}

static double nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/**
 * Repeats batches one after another, each having been verified to the last byte if that is asked for; returns
 * how many frames were sound, or not looked at, and passed on. Nothing is done to the rest. Where there is
 * `pristine`, each batch is copied from there right before, as by a device that reads; `took` is the time of
 * all the rest.
 */
uint32_t repeatBatches(const struct gateway *g, const struct batch *batches, uint32_t count, double now, bool verify,
                       const uint8_t *pristine, double *took) {
  uint8_t *memory = g->memory;
  const uint8_t *settings = memory + SETTINGS_AT;
  uint32_t passed = 0;
  *took = 0;
  if (!(get32(settings + SETTINGS_FLAGS) & SETTINGS_AT_WORK)) return 0;
  for (uint32_t index = 0; index < count; index++) {
    const struct batch *batch = &batches[index];
    if (pristine != NULL) {
      putFrames(memory, batch, pristine);
      pristine += batch->count * batch->stride;
      *took -= nanoseconds();
    }
    const uint32_t unsound = verify ? (uint32_t)batch->count - soundIn(memory, batch) : 0;
    const uint32_t ingress = (uint32_t)batch->ingress;
    const struct view v = {
        .settings = settings, .links = memory + g->links, .nodes = memory + g->nodes, .hops = memory + g->hops,
        .directory = memory + g->directory, .directoryLast = (uint32_t)g->directoryLast,
        .records = memory + g->records, .outside = memory + g->outside, .inside = memory + g->inside,
        .bucketsLast = (uint32_t)g->bucketsLast, .shift = (uint32_t)g->shift,
        .k0 = g->keys[0], .k1 = g->keys[1], .k2 = g->keys[2], .k3 = g->keys[3], .k4 = g->keys[4],
        .ingress = ingress, .flags = get32(settings + SETTINGS_FLAGS), .epoch = get16(settings + SETTINGS_EPOCH),
        .linkCount = get32(settings + SETTINGS_LINKS),
        .offloads = (get32(memory + g->links + (size_t)ingress * LINK_SIZE + LINK_FLAGS) & LINK_OFFLOADS) != 0,
        .now = now, .grain = getDouble(settings + SETTINGS_LAST_SEEN_GRAIN),
        .tcpEstablished = getDouble(settings + SETTINGS_TCP_ESTABLISHED),
        .tcpTransitory = getDouble(settings + SETTINGS_TCP_TRANSITORY), .udp = getDouble(settings + SETTINGS_UDP),
    };
    passed += ingress == LINK_INTERCONNECT ? repeat(&v, true, memory, batch) : repeat(&v, false, memory, batch);
    passed -= unsound;
    if (pristine != NULL) *took += nanoseconds();
  }
  return passed;
}
