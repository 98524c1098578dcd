// The message switch: what becomes of a frame. Reads tables, changes nothing (figures 5 and 6).

import { BROADCAST_IPV4, isGroupMac, isMulticast, mac, onLink } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u16, u48 } from '../wire/bytes.ts';
import * as ethernet from '../wire/ethernet.ts';
import type { FaultName } from '../wire/fault.ts';
import { SOUND, faultName } from '../wire/fault.ts';
import * as icmp from '../wire/icmp.ts';
import * as layout from '../wire/layout/ethernet.ts';
import { ECHO_REQUEST } from '../wire/layout/icmp.ts';
import { PROTOCOL_ICMP } from '../wire/layout/ipv4.ts';
import { packetAt } from '../wire/packet.ts';
import { decideArp } from '../host/arp.ts';
import { refuse } from '../host/refusal.ts';
import { echoReply } from '../host/echo.ts';
import { outgoingError } from './outgoing-error.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import { frameLevel } from './frame-level.ts';
import { asCluster } from './as-cluster.ts';
import { decideFragment } from './fragment.ts';
import { inbound } from './inbound.ts';
import { inquiryAnswer, isInquiryAnswer } from './inquiry.ts';
import { toGateway } from './to-gateway.ts';
import { leave } from './leave.ts';
import { outgoing } from './outbound.ts';
import type { Reason } from '../decision/reason.ts';
import type { Tables } from '../decision/tables.ts';
import type { Link, LinkSettings } from '../decision/topology.ts';
import {
  FIRST_NETWORK,
  GATEWAY,
  INTERCONNECT,
  LOCAL,
  interconnect,
  isMartian,
} from '../decision/topology.ts';
import { toNode } from './translate.ts';
import type { Decision } from '../decision/verdict.ts';

const unsound = (fault: number): Decision =>
  drop('unsound', faultName(fault) as Exclude<FaultName, 'sound'>);

/** Why a packet is switched nowhere, whatever it is; null when nothing stands against it. */
const objection = ({ tables, frame, ingress, packet }: Arrival): Reason | null => {
  const { topology } = tables;
  const { source, destination } = packet;
  if (isMartian(source) || topology.directedBroadcasts.has(source)) return 'source-martian';
  if (destination === BROADCAST_IPV4 || isMulticast(destination)) return 'broadcast';
  if (topology.directedBroadcasts.has(destination)) return 'broadcast';
  if (isMartian(destination)) return 'destination-martian';
  if (ingress.framing === 'ethernet' && isGroupMac(mac(u48(frame, layout.DESTINATION))))
    return 'broadcast';
  if (ingress.link < FIRST_NETWORK) return null;
  if (topology.clusterAddresses.has(source)) return 'source-inside';
  return onLink(interconnect(topology).address, source) ? 'source-inside' : null;
};

/** A message for the gateway itself, by its internal address. */
const toInternalAddress = (arrival: Arrival): Decision => {
  const { packet, tables } = arrival;
  if (isInquiryAnswer(arrival)) return inquiryAnswer(arrival);
  if (packet.protocol !== PROTOCOL_ICMP) return toGateway(arrival, 'to-gateway');
  if (packet.icmpType === ECHO_REQUEST) return echoReply(arrival, 'to-gateway');
  return (tables.topology.links[LOCAL] ?? null) === null
    ? drop('to-gateway', 'icmp-unhandled')
    : toGateway(arrival, 'to-gateway');
};

/** From the interconnect (figure 6): to the gateway, to another node, or outgoing. */
const fromInterconnect = (arrival: Arrival): Decision => {
  const { tables, ingress, packet } = arrival;
  if (packet.destination === ingress.address.address) return toInternalAddress(arrival);
  if (onLink(ingress.address, packet.destination)) return drop('frame-level', 'internal');
  const { topology } = tables;
  if (topology.clusterSources && topology.clusterAddresses.has(packet.source))
    return asCluster(arrival);
  if (icmp.isError(packet.icmpType)) return outgoingError(arrival);
  const node = topology.nodeByAddress.get(packet.source);
  return node === undefined ? drop('outgoing', 'source-unknown') : outgoing(arrival, node);
};

/** From the gateway's own stack: to a node as it is, or outgoing as the gateway's. */
const fromLocal = (arrival: Arrival): Decision => {
  const { tables, ingress, packet } = arrival;
  if (packet.source !== ingress.address.address) return drop('outgoing', 'source-unknown');
  if (!onLink(ingress.address, packet.destination))
    return icmp.isError(packet.icmpType) ? outgoingError(arrival) : outgoing(arrival, GATEWAY);
  const rewrite = toNode(packet, packet.destination, packet.destinationPort);
  const egress = interconnect(tables.topology);
  return leave(
    arrival,
    'frame-level',
    { egress, nextHop: packet.destination, rewrite, follows: null },
    [],
  );
};

/** Decides a packet that has its ports, or never had any: a whole one, or a first fragment. */
const decideWhole = (arrival: Arrival): Decision => {
  const { tables, ingress, packet } = arrival;
  const { topology } = tables;
  if (topology.clusterAddresses.has(packet.destination)) {
    if (ingress.link >= FIRST_NETWORK) return inbound(arrival);
    return packet.icmpType === ECHO_REQUEST
      ? echoReply(arrival, 'to-gateway')
      : refuse(arrival, 'to-gateway', 'hairpin-unhandled');
  }
  if (ingress.link === INTERCONNECT) return fromInterconnect(arrival);
  if (ingress.link === LOCAL) return fromLocal(arrival);
  const node = topology.nodeByAddress.get(packet.destination);
  return node === undefined ? drop('not-addressed', 'not-addressed') : frameLevel(arrival, node);
};

/** Whether the packet concerns the gateway: of fragments that do not, nothing is kept. */
const concerns = ({ tables, ingress, packet }: Arrival): boolean =>
  ingress.link < FIRST_NETWORK ||
  tables.topology.clusterAddresses.has(packet.destination) ||
  ingress.management.some((prefix) => onLink(prefix, packet.source));

const decidePacket = (
  tables: Tables,
  frame: ReadonlyBytes,
  ingress: LinkSettings,
  at: number,
  now: number,
): Decision => {
  const packet = packetAt(frame, at);
  if (typeof packet === 'number') return unsound(packet);
  const arrival: Arrival = { tables, frame, ingress, packet, datagram: null, now };
  const reason = objection(arrival);
  if (reason !== null) return drop('not-addressed', reason);
  return packet.fragment && concerns(arrival)
    ? decideFragment(arrival, decideWhole)
    : decideWhole(arrival);
};

/**
 * Decides one frame that came by `ingress` at `now` (milliseconds from any fixed start). Pure: the same
 * tables and frame give the same decision, whose changes `apply` makes.
 *
 * @example
 * const decision = decide(tables, frame, FIRST_NETWORK, 0);
 * const after = apply(tables, decision.changes);
 */
export const decide = (
  tables: Tables,
  frame: ReadonlyBytes,
  ingress: Link,
  now: number,
): Decision => {
  const link = tables.topology.links[ingress] ?? null;
  if (link === null) return drop('not-addressed', 'link-absent');
  if (link.framing === 'ip') return decidePacket(tables, frame, link, 0, now);
  const fault = ethernet.fault(frame, 0, frame.length);
  if (fault !== SOUND) return unsound(fault);
  const destination = mac(u48(frame, layout.DESTINATION));
  if (link.filtersMac && destination !== link.mac && !isGroupMac(destination))
    return drop('not-addressed', 'mac-not-ours');
  const etherType = u16(frame, layout.ETHER_TYPE);
  if (etherType === layout.ETHER_TYPE_IPV4)
    return decidePacket(tables, frame, link, layout.HEADER_LENGTH, now);
  if (etherType === layout.ETHER_TYPE_ARP) return decideArp(tables, frame, link, now);
  return drop('unsound', 'ethertype-unknown');
};
