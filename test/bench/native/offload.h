// Frames whose device leaves a checksum or the cutting into segments undone: assembly/offload.ts.
#pragma once
#include "gateway.h"

INLINE const uint8_t *tellsAt(const uint8_t *packet) { return packet - (SLOT_PACKET - SLOT_OFFLOAD); }

INLINE uint32_t gsoType(const uint8_t *packet) {
  return tellsAt(packet)[OFFLOAD_GSO_TYPE] & ~(uint32_t)OFFLOAD_GSO_ECN;
}

INLINE bool isPartial(const uint8_t *packet) {
  return (tellsAt(packet)[OFFLOAD_FLAGS] & OFFLOAD_NEEDS_CHECKSUM) != 0;
}

RARELY bool isOffloadKnown(const uint8_t *packet, uint32_t header, uint32_t protocol) {
  const uint8_t *tells = tellsAt(packet);
  const bool isTcp = protocol == IPV4_PROTOCOL_TCP;
  const uint32_t type = gsoType(packet);
  if (!isPartial(packet)) return type == OFFLOAD_GSO_NONE;
  if (get16(tells + OFFLOAD_CHECKSUM_START) != ETHERNET_HEADER_LENGTH + header) return false;
  if (get16(tells + OFFLOAD_CHECKSUM_OFFSET) != (isTcp ? TCP_CHECKSUM : UDP_CHECKSUM)) return false;
  if (type == OFFLOAD_GSO_NONE) return true;
  if (get16(tells + OFFLOAD_GSO_SIZE) == 0) return false;
  return type == (isTcp ? OFFLOAD_GSO_TCP_IPV4 : OFFLOAD_GSO_UDP);
}

RARELY uint32_t longestPiece(const uint8_t *packet, uint32_t header, uint32_t protocol, uint32_t total) {
  if (gsoType(packet) == OFFLOAD_GSO_NONE) return total;
  const uint32_t transport =
      protocol == IPV4_PROTOCOL_TCP ? (packet[header + TCP_DATA_OFFSET] >> 4) << 2 : UDP_HEADER_LENGTH;
  const uint32_t piece = header + transport + get16(tellsAt(packet) + OFFLOAD_GSO_SIZE);
  return piece < total ? piece : total;
}

INLINE bool isPlain(const uint8_t *packet) { return !isPartial(packet) && gsoType(packet) == OFFLOAD_GSO_NONE; }

INLINE void sayPlain(uint8_t *packet) { memset(packet - (SLOT_PACKET - SLOT_OFFLOAD), 0, OFFLOAD_LENGTH); }
