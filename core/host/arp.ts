// ARP of the gateway (D1): answers for its addresses, and learns those of nodes and hosts (RFC 826, RFC 5227).

import * as E from 'fp-ts/lib/Either.js';
import type { MacAddress } from '../wire/address.ts';
import { ANY_IPV4, BROADCAST_MAC, NO_MAC, isGroupMac, onLink } from '../wire/address.ts';
import type { ArpPacket } from '../wire/arp.ts';
import * as arp from '../wire/arp.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import * as ethernet from '../wire/ethernet.ts';
import { OPERATION_REPLY, OPERATION_REQUEST } from '../wire/layout/arp.ts';
import { ETHER_TYPE_ARP, HEADER_LENGTH } from '../wire/layout/ethernet.ts';
import { absorb, answer, drop } from '../decision/arrival.ts';
import type { Change, Neighbour, Tables } from '../decision/tables.ts';
import { neighbourKey } from '../decision/tables.ts';
import type { LinkSettings } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Send } from '../decision/send.ts';

const arpReply = (link: LinkSettings, request: ArpPacket): Send => ({
  egress: link.link,
  forwarding: null,
  frame: ethernet.encode({
    destination: request.senderMac,
    source: link.mac,
    etherType: ETHER_TYPE_ARP,
    payload: arp.encode({
      operation: OPERATION_REPLY,
      senderMac: link.mac,
      senderAddress: link.address.address,
      targetMac: request.senderMac,
      targetAddress: request.senderAddress,
    }),
  }),
});

/** A frame that waited, with the MAC address it waited for. */
export const released = (send: Send, destination: MacAddress): Send =>
  send.forwarding?.addresses
    ? {
        ...send,
        forwarding: {
          ...send.forwarding,
          addresses: { ...send.forwarding.addresses, destination },
        },
      }
    : send;

/** What the sender of an ARP packet tells of itself: the frames it sets free, and the changes. */
const learn = (
  tables: Tables,
  link: LinkSettings,
  packet: ArpPacket,
  addressedToUs: boolean,
  now: number,
): { readonly sends: readonly Send[]; readonly changes: readonly Change[] } => {
  const { senderAddress, senderMac } = packet;
  const before = tables.neighbours.get(neighbourKey(link.link, senderAddress));
  const unknown = before === undefined;
  const full = tables.neighbours.size >= tables.topology.limits.neighbours;
  // RFC 826: who speaks to us will be spoken to; who merely announces itself is of no concern.
  if (unknown && (!addressedToUs || full)) return { sends: [], changes: [] };
  const neighbour: Neighbour = {
    link: link.link,
    address: senderAddress,
    mac: senderMac,
    heardAt: now,
    askedAt: before?.askedAt ?? 0,
    asked: 0,
    held: [],
  };
  return {
    sends: (before?.held ?? []).flatMap(({ sends }) =>
      sends.map((send) => released(send, senderMac)),
    ),
    changes: [{ kind: 'neighbour', neighbour }],
  };
};

/** Decides an ARP packet that came by the Ethernet link `link`. */
export const decideArp = (
  tables: Tables,
  frame: ReadonlyBytes,
  link: LinkSettings,
  now: number,
): Decision => {
  const decoded = arp.decode(frame, HEADER_LENGTH, frame.length);
  if (E.isLeft(decoded))
    return drop('arp', decoded.left === 'sound' ? 'arp-truncated' : decoded.left);
  const packet = decoded.right;
  const own = link.address.address;
  const isProbe = packet.senderAddress === ANY_IPV4;
  if (packet.senderAddress === own) return drop('arp', 'address-conflict');
  if (isGroupMac(packet.senderMac) || packet.senderMac === NO_MAC)
    return drop('arp', 'arp-not-ours');
  if (!isProbe && !onLink(link.address, packet.senderAddress)) return drop('arp', 'arp-not-ours');
  const addressedToUs = packet.targetAddress === own;
  const { sends, changes } = isProbe
    ? { sends: [], changes: [] }
    : learn(tables, link, packet, addressedToUs, now);
  if (addressedToUs && packet.operation === OPERATION_REQUEST)
    return answer('arp', 'arp-request', [arpReply(link, packet), ...sends], changes);
  if (changes.length === 0) return drop('arp', 'arp-not-ours');
  const reason = packet.operation === OPERATION_REPLY ? 'arp-reply' : 'arp-announcement';
  return absorb('arp', reason, sends, changes);
};

/** Gratuitous ARP for the link's address: when it appears, hosts forget who had it (RFC 5227 section 3). */
export const announcement = (link: LinkSettings): Send => ({
  egress: link.link,
  forwarding: null,
  frame: ethernet.encode({
    destination: BROADCAST_MAC,
    source: link.mac,
    etherType: ETHER_TYPE_ARP,
    payload: arp.encode({
      operation: OPERATION_REQUEST,
      senderMac: link.mac,
      senderAddress: link.address.address,
      targetMac: NO_MAC,
      targetAddress: link.address.address,
    }),
  }),
});
