// What is done to a packet that is passed on: assembly: translate.ts, hop.ts.
#pragma once
#include "offload.h"

INLINE uint32_t fold(uint32_t sum) {
  const uint32_t once = (sum & 0xffff) + (sum >> 16);
  return (once & 0xffff) + (once >> 16);
}

/** The difference that one word makes (RFC 1624). */
INLINE uint32_t changed(uint32_t before, uint32_t after) { return before != after ? (before ^ 0xffff) + after : 0; }

INLINE uint32_t following(uint32_t before, uint32_t difference) { return fold((before ^ 0xffff) + difference) ^ 0xffff; }

INLINE void translate(uint8_t *packet, uint32_t header, uint32_t protocol, bool isSource, uint32_t address, uint32_t port,
                      bool isPartial) {
  uint8_t *addressAt = packet + (isSource ? IPV4_SOURCE : IPV4_DESTINATION);
  const uint32_t before = get32(addressAt);
  put32(addressAt, address);
  const uint32_t addresses = changed(before & 0xffff, address & 0xffff) + changed(before >> 16, address >> 16);
  put16(packet + IPV4_CHECKSUM, (uint16_t)following(get16(packet + IPV4_CHECKSUM), addresses));

  uint8_t *transport = packet + header;
  uint8_t *portAt = transport + (isSource ? TCP_SOURCE_PORT : TCP_DESTINATION_PORT);
  const uint32_t portBefore = get16(portAt);
  put16(portAt, (uint16_t)port);
  const bool isTcp = protocol == IPV4_PROTOCOL_TCP;
  uint8_t *sumAt = transport + (isTcp ? TCP_CHECKSUM : UDP_CHECKSUM);
  const uint32_t sum = get16(sumAt);
  if (unlikely(isPartial)) return put16(sumAt, (uint16_t)fold(sum + addresses));
  if (!isTcp && sum == 0) return;
  const uint32_t after = following(sum, addresses + changed(portBefore, port));
  put16(sumAt, (uint16_t)(!isTcp && after == 0 ? 0xffff : after));
}

/** Takes one off the TTL, which is more than 1. */
INLINE void oneHopOn(uint8_t *packet) {
  const uint32_t before = get16(packet + IPV4_TTL);
  put16(packet + IPV4_TTL, (uint16_t)(before - 1));
  const uint32_t sum = get16(packet + IPV4_CHECKSUM);
  put16(packet + IPV4_CHECKSUM, (uint16_t)following(sum, changed(before, before - 1)));
}

INLINE bool isPartialFrom(const struct view *v, const uint8_t *packet) { return v->offloads && isPartial(packet); }

/** Whether a packet of `total` bytes can go to a hop at once. */
INLINE bool canReach(const struct view *v, const uint8_t *hop, const uint8_t *packet, uint32_t header, uint32_t protocol,
                     uint32_t total) {
  if (unlikely(hop == v->hops)) return false;
  if (unlikely(!(v->now < getDouble(hop + HOP_BELIEVED_UNTIL)))) return false;
  const uint32_t mtu = get32(hop + HOP_MTU);
  if (likely(!v->offloads)) return total <= mtu;
  if (longestPiece(packet, header, protocol, total) > mtu) return false;
  return isPlain(packet) || hop[HOP_OFFLOADS] != 0;
}

/** Sends it; returns the link that it leaves by. */
INLINE uint32_t sendTo(const struct view *v, const uint8_t *hop, uint8_t *packet) {
  memcpy(packet - ETHERNET_HEADER_LENGTH, hop + HOP_HEADER, ETHERNET_HEADER_LENGTH);
  if (!v->offloads && unlikely(hop[HOP_OFFLOADS] != 0)) sayPlain(packet);
  return get16(hop + HOP_EGRESS);
}
