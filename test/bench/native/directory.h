// The directory and what follows from it: assembly: directory.ts, node-port.ts, way-out.ts.
#pragma once
#include "flow.h"

/** What stands under a key; 0: nothing. */
INLINE uint64_t lookUp(const struct view *v, uint32_t kind, uint32_t more, uint32_t low) {
  const uint64_t key = (uint64_t)(kind << 24 | more) << 32 | low;
  for (uint32_t index = scattered(keyedTag(v, key));; index++) {
    const uint8_t *entry = v->directory + (size_t)(index & v->directoryLast) * DIRECTORY_ENTRY_SIZE;
    const uint64_t there = get64(entry + DIRECTORY_KEY);
    if (there == key || there == 0) return get64(entry + DIRECTORY_VALUE);
  }
}

INLINE uint32_t roleOf(const struct view *v, uint32_t address) {
  return (uint32_t)lookUp(v, DIRECTORY_OF_ADDRESS, 0, address);
}
INLINE uint64_t serviceAt(const struct view *v, uint32_t protocol, uint32_t port) {
  return lookUp(v, DIRECTORY_OF_SERVICE, 0, protocol << 16 | port);
}
INLINE uint64_t serviceOfNode(const struct view *v, uint32_t node, uint32_t protocol, uint32_t port) {
  return lookUp(v, DIRECTORY_OF_NODE_PORT, node, protocol << 16 | port);
}
INLINE uint32_t hopOf(const struct view *v, uint32_t link, uint32_t address) {
  return (uint32_t)lookUp(v, DIRECTORY_OF_HOP, link, address);
}
INLINE uint32_t nodeNumbered(const struct view *v, uint32_t number) {
  return (uint32_t)lookUp(v, DIRECTORY_OF_NODE_NUMBER, 0, number);
}
INLINE bool isKind(uint64_t service, uint32_t kind) {
  return ((uint32_t)(service >> DIRECTORY_KIND_SHIFT) & DIRECTORY_KIND_MASK) == kind;
}
INLINE bool isDirect(uint64_t service) { return (service >> DIRECTORY_DIRECT_SHIFT & 1) != 0; }

#define BY_ENTRY (-1)
#define BY_DECISION (-2)

/** The node that allocates a port, as it stands in frames, by the algorithm (A5); -1: none. */
INLINE int32_t nodeOfPort(const struct view *v, uint32_t swapped) {
  const uint32_t port = host16((uint16_t)swapped);
  const uint32_t nodes = get32(v->settings + SETTINGS_NODES);
  const uint32_t from = get16(v->settings + SETTINGS_PORTS_FROM);
  const uint32_t to = get16(v->settings + SETTINGS_PORTS_TO);
  const uint32_t algorithm = get32(v->settings + SETTINGS_PORTS_ALGORITHM);
  if (algorithm == SETTINGS_NO_PORTS || nodes == 0 || port < from || port > to) return -1;
  if (algorithm == SETTINGS_MODULO) return (int32_t)(port % nodes);
  return (int32_t)(((port - from + 1) * nodes - 1) / (to - from + 1));
}

/** The cluster port that a node's own port shows as without an entry; below 0: see above. */
INLINE int32_t clusterPortOf(const struct view *v, uint32_t node, uint32_t protocol, uint32_t port) {
  const uint64_t service = serviceOfNode(v, node, protocol, port);
  if (service == 0) return nodeOfPort(v, port) == (int32_t)node ? (int32_t)port : BY_ENTRY;
  if (isKind(service, DIRECTORY_DECIDED)) return BY_DECISION;
  return isKind(service, DIRECTORY_BY_CONNECTION) ? BY_ENTRY : (int32_t)(service & 0xffff);
}

INLINE bool isOnLink(const struct view *v, uint32_t index, uint32_t address) {
  const uint8_t *link = linkAt(v, index);
  return (address & get32(link + LINK_NETMASK)) == get32(link + LINK_PREFIX);
}

/** The network that a host is on, else the first that has a router; 0: there is no way. */
INLINE uint32_t networkTo(const struct view *v, uint32_t host) {
  for (uint32_t index = LINK_FIRST_NETWORK; index < v->linkCount; index++)
    if (isOnLink(v, index, host)) return index;
  for (uint32_t index = LINK_FIRST_NETWORK; index < v->linkCount; index++)
    if (get32(linkAt(v, index) + LINK_ROUTER) != 0) return index;
  return 0;
}

INLINE uint32_t nextHopTo(const struct view *v, uint32_t network, uint32_t host) {
  return isOnLink(v, network, host) ? host : get32(linkAt(v, network) + LINK_ROUTER);
}
