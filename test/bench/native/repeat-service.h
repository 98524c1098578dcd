// Packets whose place needs no entry: assembly: repeat-service.ts, filehandle.ts.
#pragma once
#include "repeat-flow.h"

#define NOBODY (-1)
#define WORD 4

/** Where what follows a credential or verifier is; NULL: it is too long, or not all there. */
INLINE const uint8_t *afterAuth(const uint8_t *at, const uint8_t *end) {
  if (at + 2 * WORD > end) return NULL;
  const uint32_t length = host32(get32(at + WORD));
  if (length > RPC_MAX_AUTH_LENGTH) return NULL;
  const uint8_t *after = at + 2 * WORD + ((length + 3) & ~3u);
  return after > end ? NULL : after;
}

/** Whether the call at `at` is of a procedure that takes a filehandle. */
INLINE bool takesHandle(const struct view *v, const uint8_t *at) {
  const uint32_t program = host32(get32(at + RPC_PROGRAM));
  const uint32_t version = host32(get32(at + RPC_VERSION));
  const uint32_t procedure = host32(get32(at + RPC_PROCEDURE));
  if (procedure > 31) return false;
  const uint8_t *entry = v->settings + SETTINGS_PROGRAMS;
  for (; get32(entry + SETTINGS_PROGRAM) != 0; entry += SETTINGS_PROGRAM_SIZE)
    if (get32(entry + SETTINGS_PROGRAM) == program && get32(entry + SETTINGS_VERSION) == version)
      return (get32(entry + SETTINGS_PROCEDURES) >> procedure & 1) != 0;
  return false;
}

/** The node of the number in the field that a service names of the handle of `length` bytes at `at`. */
INLINE int32_t nodeInHandle(const struct view *v, const uint8_t *at, uint32_t length, uint64_t service) {
  const uint32_t offset = service >> DIRECTORY_FIELD_OFFSET_SHIFT & 0xff;
  const uint32_t size = service >> DIRECTORY_FIELD_SIZE_SHIFT & 7;
  const bool isLittle = (service >> DIRECTORY_FIELD_LITTLE_SHIFT & 1) != 0;
  if (offset + size > length) return NOBODY;
  uint32_t number = 0;
  for (uint32_t index = 0; index < size; index++)
    number = number << 8 | at[offset + (isLittle ? size - 1 - index : index)];
  return (int32_t)nodeNumbered(v, number) - 1;
}

/** The node that the call in the datagram at `transport`, up to `end` at most, is for. */
INLINE int32_t nodeOfCall(const struct view *v, const uint8_t *transport, const uint8_t *end, uint64_t service) {
  const uint8_t *at = transport + UDP_HEADER_LENGTH;
  const uint8_t *told = transport + host16(get16(transport + UDP_LENGTH));
  const uint8_t *stop = told < end ? told : end;
  if (at + RPC_CREDENTIAL > stop) return NOBODY;
  if (host32(get32(at + RPC_MESSAGE_TYPE)) != RPC_CALL) return NOBODY;
  if (host32(get32(at + RPC_RPC_VERSION)) != RPC_RPC_VERSION_2) return NOBODY;
  const uint8_t *verifier = afterAuth(at + RPC_CREDENTIAL, stop);
  if (verifier == NULL) return NOBODY;
  const uint8_t *handle = afterAuth(verifier, stop);
  if (handle == NULL || !takesHandle(v, at)) return NOBODY;
  if (host32(get32(at + RPC_VERSION)) == NFS_VERSION_2) {
    if (handle + NFS_HANDLE_LENGTH_2 > stop) return NOBODY;
    return nodeInHandle(v, handle, NFS_HANDLE_LENGTH_2, service);
  }
  if (handle + WORD > stop) return NOBODY;
  const uint32_t length = host32(get32(handle));
  if (length > NFS_MAX_HANDLE_LENGTH_3) return NOBODY;
  if (handle + WORD + ((length + 3) & ~3u) > stop) return NOBODY;
  return nodeInHandle(v, handle + WORD, length, service);
}

/** No host has such an address: the first octet says so, here the lowest. */
INLINE bool isMartian(uint32_t address) {
  const uint32_t octet = address & 0xff;
  return octet == 0 || octet == 127 || octet >= 224;
}

INLINE bool isStranger(const struct view *v, uint32_t address) {
  return !isMartian(address) && !isOnLink(v, LINK_INTERCONNECT, address);
}

/** The node that a packet to the cluster is for, without an entry. */
INLINE int32_t nodeFor(const struct view *v, uint64_t service, uint32_t port, bool isKnown, const uint8_t *transport,
                       const uint8_t *end) {
  if (service == 0) {
    const int32_t owner = isKnown ? NOBODY : nodeOfPort(v, port);
    return owner >= 0 && nodeAt(v, (uint32_t)owner)[NODE_DOWN] != 0 ? NOBODY : owner;
  }
  int32_t named = NOBODY;
  if (isKind(service, DIRECTORY_BY_FILEHANDLE)) named = nodeOfCall(v, transport, end, service);
  else if (!isKnown && isKind(service, DIRECTORY_SOLE_NODE)) named = service >> DIRECTORY_NODE_SHIFT & 0xffff;
  if (named == NOBODY) return NOBODY;
  const uint32_t operating = get16(nodeAt(v, (uint32_t)named) + NODE_OPERATING);
  return operating == NODE_NOBODY ? NOBODY : (int32_t)operating;
}

INLINE bool needsNoWay(const struct view *v, uint32_t source, uint32_t destination) {
  if (!(v->flags & SETTINGS_HAS_CHOICE)) return true;
  const uint32_t network = v->flags & SETTINGS_WAYS ? 0 : networkTo(v, source);
  return network != 0 && get32(linkAt(v, network) + LINK_ADDRESS) == destination;
}

/** A packet of a network, which belongs to no entry unless `isKnown`. UP: nothing was done. */
static int32_t repeatInbound(const struct view *v, bool isKnown, uint8_t *packet, uint32_t header, uint32_t protocol,
                             uint32_t total) {
  const uint32_t source = get32(packet + IPV4_SOURCE);
  const uint32_t destination = get32(packet + IPV4_DESTINATION);
  if (!isStranger(v, source) || roleOf(v, source) != 0) return UP;
  if (roleOf(v, destination) != DIRECTORY_CLUSTER || isMartian(destination)) return UP;
  if (protocol == IPV4_PROTOCOL_TCP && v->flags & SETTINGS_ORPHANS) return UP;
  if (!needsNoWay(v, source, destination)) return UP;

  const uint8_t *transport = packet + header;
  const uint32_t port = get16(transport + TCP_DESTINATION_PORT);
  const uint64_t service = serviceAt(v, protocol, port);
  const int32_t index = nodeFor(v, service, port, isKnown, transport, packet + total);
  if (index == NOBODY) return UP;
  const uint8_t *node = nodeAt(v, (uint32_t)index);
  const uint8_t *hop = hopAt(v, get16(node + NODE_HOP));
  if (!canReach(v, hop, packet, header, protocol, total)) return UP;
  if (service == 0 ? !(v->flags & SETTINGS_DIRECT) : !isDirect(service)) {
    const uint32_t nodePort = service == 0 ? port : service & 0xffff;
    translate(packet, header, protocol, false, get32(node + NODE_ADDRESS), nodePort, isPartialFrom(v, packet));
  }
  return (int32_t)sendTo(v, hop, packet);
}

/** A packet of the interconnect that belongs to no entry. UP: nothing was done. */
static int32_t repeatOutgoing(const struct view *v, uint8_t *packet, uint32_t header, uint32_t protocol, uint32_t total) {
  const uint32_t role = roleOf(v, get32(packet + IPV4_SOURCE));
  if ((role & ~0xffffu) != DIRECTORY_NODE) return UP;
  const uint32_t index = role & 0xffff;
  if (nodeAt(v, index)[NODE_DOWN] != 0) return UP;
  const uint32_t host = get32(packet + IPV4_DESTINATION);
  if (!isStranger(v, host) || roleOf(v, host) != 0) return UP;
  if (v->flags & SETTINGS_HAS_CHOICE && v->flags & SETTINGS_WAYS) return UP;

  const int32_t port = clusterPortOf(v, index, protocol, get16(packet + header + TCP_SOURCE_PORT));
  if (port < 0 || isKind(serviceAt(v, protocol, (uint32_t)port), DIRECTORY_DECIDED)) return UP;
  const uint32_t network = networkTo(v, host);
  if (network == 0) return UP;
  const uint8_t *hop = hopAt(v, hopOf(v, network, nextHopTo(v, network, host)));
  if (!canReach(v, hop, packet, header, protocol, total)) return UP;
  translate(packet, header, protocol, true, get32(linkAt(v, network) + LINK_ADDRESS), (uint32_t)port,
            isPartialFrom(v, packet));
  return (int32_t)sendTo(v, hop, packet);
}
