// A packet of a known connection goes where the one before it went: assembly/repeat-flow.ts.
#pragma once
#include "directory.h"
#include "passing.h"

#define UP (-1)

#define STEADY (1u << FLOW_ESTABLISHED | 1u << FLOW_HALF_CLOSED | 1u << FLOW_CLOSING | 1u << FLOW_TWO_WAY)
#define LASTING (1u << FLOW_ESTABLISHED | 1u << FLOW_HALF_CLOSED)

INLINE bool isSteady(uint32_t state, uint32_t protocol, bool inside) {
  const uint32_t phase = state & FLOW_PHASE_MASK;
  if (likely(STEADY >> phase & 1)) return true;
  if (protocol != IPV4_PROTOCOL_UDP) return false;
  const bool isOpener = ((state & FLOW_OPENED_BY_NODE) != 0) == inside;
  return phase == FLOW_ONE_WAY ? isOpener : phase == FLOW_ANSWERED && !isOpener;
}

INLINE double idleLimit(const struct view *v, uint32_t state, uint32_t protocol) {
  if (protocol == IPV4_PROTOCOL_UDP) return v->udp;
  return LASTING >> (state & FLOW_PHASE_MASK) & 1 ? v->tcpEstablished : v->tcpTransitory;
}

/** Whether a frame comes from the node: all have the cluster's address (A14). */
INLINE bool isFromNode(const struct view *v, const uint8_t *packet, uint32_t node) {
  const uint8_t *hop = hopAt(v, get16(nodeAt(v, node) + NODE_HOP));
  if (hop[HOP_KNOWN] == 0) return false;
  return memcmp(packet - ETHERNET_HEADER_LENGTH + ETHERNET_SOURCE, hop + HOP_HEADER, 6) == 0;
}

/** Whether a node's own connection goes on under its cluster port. */
RARELY bool keepsPort(const struct view *v, const uint8_t *record, uint32_t protocol) {
  const int32_t port = clusterPortOf(v, get16(record + FLOW_NODE), protocol, get16(record + FLOW_NODE_PORT));
  if (port == BY_DECISION) return false;
  return port < 0 || port == get16(record + FLOW_CLUSTER_PORT);
}

RARELY bool passUntranslated(const struct view *v, const uint8_t *record, uint8_t *packet, bool inside) {
  if (roleOf(v, get32(record + FLOW_CLUSTER_ADDRESS)) & DIRECTORY_CLUSTER)
    return !inside || isFromNode(v, packet, get16(record + FLOW_NODE));
  if (!inside && v->linkCount > LINK_FIRST_NETWORK + 1) return false;
  if (packet[IPV4_TTL] <= 1) return false;
  oneHopOn(packet);
  return true;
}

/** Passes a packet on as its record says; returns the link that it leaves by. UP: nothing was done. */
INLINE int32_t repeatFlow(const struct view *v, uint32_t number, bool inside, uint8_t *packet, uint32_t header,
                          uint32_t protocol, uint32_t total) {
  uint8_t *record = recordAt(v, number);
  const uint32_t state = record[FLOW_STATE];
  if (unlikely(!isSteady(state, protocol, inside))) return UP;
  if (unlikely(get16(record + FLOW_EPOCH) != v->epoch)) return UP;
  const uint8_t *hop = hopAt(v, get16(record + (inside ? FLOW_OUTBOUND_HOP : FLOW_INBOUND_HOP)));
  const double idle = v->now - getDouble(record + FLOW_LAST_SEEN);
  if (unlikely(idle >= idleLimit(v, state, protocol))) return UP;
  if (unlikely(nodeAt(v, get16(record + FLOW_NODE))[NODE_DOWN] != 0)) return UP;
  if (inside && unlikely(state & FLOW_OPENED_BY_NODE) && !keepsPort(v, record, protocol)) return UP;
  if (unlikely(!canReach(v, hop, packet, header, protocol, total))) return UP;

  const uint32_t clusterAddress = get32(record + FLOW_CLUSTER_ADDRESS);
  const uint32_t nodeAddress = get32(record + FLOW_NODE_ADDRESS);
  if (unlikely(clusterAddress == nodeAddress)) {
    if (!passUntranslated(v, record, packet, inside)) return UP;
  } else {
    const uint32_t port = get16(record + (inside ? FLOW_CLUSTER_PORT : FLOW_NODE_PORT));
    translate(packet, header, protocol, inside, inside ? clusterAddress : nodeAddress, port, isPartialFrom(v, packet));
  }
  const uint32_t egress = sendTo(v, hop, packet);
  if (unlikely(idle >= v->grain)) {
    putDouble(record + FLOW_LAST_SEEN, v->now);
    restate(v, number);
  }
  return (int32_t)egress;
}
