// Which frames could be the pipeline's, and the tag of their ends: assembly/pipeline/sight.ts.
#pragma once
#include "flow.h"
#include "offload.h"

/** The ones' complement sum of all that is in a wide sum of words: 0xffff where the checksum is right. */
INLINE uint32_t folded(uint64_t sum) {
  const uint64_t half = (sum & 0xffffffff) + (sum >> 32);
  const uint32_t word = (uint32_t)(half & 0xffff) + (uint32_t)(half >> 16);
  const uint32_t once = (word & 0xffff) + (word >> 16);
  return (once & 0xffff) + (once >> 16);
}

/** The tag of the packet of a frame of so many bytes; 0: it goes up. `mac`: the link's address, and its mask. */
INLINE uint32_t tagAt(const struct view *v, const uint8_t *packet, uint32_t length, uint64_t mac, uint64_t mask) {
  if (unlikely(length < ETHERNET_HEADER_LENGTH + IPV4_MIN_HEADER_LENGTH)) return 0;
  const uint8_t *frame = packet - ETHERNET_HEADER_LENGTH;
  if (unlikely((get64(frame) & mask) != mac)) return 0;
  if (unlikely(get16(frame + ETHERNET_ETHER_TYPE) != __builtin_bswap16(ETHERNET_ETHER_TYPE_IPV4))) return 0;

  const uint64_t first = get64(packet);
  const uint64_t second = get64(packet + IPV4_TTL);
  const uint32_t destination = get32(packet + IPV4_DESTINATION);
  const uint32_t header = (first & 15) << 2;
  const uint32_t total = host16((uint16_t)(first >> (IPV4_TOTAL_LENGTH * 8)));
  if (unlikely((first & 0xf0) != 0x40 || header < IPV4_MIN_HEADER_LENGTH)) return 0;
  if (unlikely(total < header || total > length - ETHERNET_HEADER_LENGTH)) return 0;
  const uint16_t fragment = __builtin_bswap16(IPV4_FLAG_MORE_FRAGMENTS | IPV4_FRAGMENT_OFFSET_MASK);
  if (unlikely((uint16_t)(first >> (IPV4_FLAGS_FRAGMENT * 8)) & fragment)) return 0;
  uint64_t sum = (first & 0xffffffff) + (first >> 32) + (second & 0xffffffff) + (second >> 32) + destination;
  for (uint32_t offset = IPV4_MIN_HEADER_LENGTH; unlikely(offset < header); offset += 4) sum += get32(packet + offset);
  if (unlikely(folded(sum) != 0xffff)) return 0;

  const uint32_t protocol = (uint8_t)(second >> ((IPV4_PROTOCOL - IPV4_TTL) * 8));
  const uint8_t *transport = packet + header;
  const uint32_t room = total - header;
  if (protocol == IPV4_PROTOCOL_TCP) {
    if (unlikely(room < TCP_MIN_HEADER_LENGTH)) return 0;
    const uint32_t bytes = (transport[TCP_DATA_OFFSET] >> 4) << 2;
    if (unlikely(bytes < TCP_MIN_HEADER_LENGTH || bytes > room)) return 0;
    if (unlikely(transport[TCP_FLAGS] & (TCP_SYN | TCP_FIN | TCP_RST))) return 0;
  } else {
    if (protocol != IPV4_PROTOCOL_UDP || room < UDP_HEADER_LENGTH) return 0;
    const uint32_t bytes = host16(get16(transport + UDP_LENGTH));
    if (unlikely(bytes < UDP_HEADER_LENGTH || bytes > room)) return 0;
  }
  if (unlikely(v->offloads) && !isOffloadKnown(packet, header, protocol)) return 0;
  return tagOf(v, protocol, get64(packet + IPV4_SOURCE), get32(transport + UDP_SOURCE_PORT));
}
