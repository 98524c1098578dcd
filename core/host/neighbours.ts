// The neighbour table (D1): which MAC address a next hop has, asked by ARP (RFC 826, RFC 1122 section 2.3.2).

import type { Ipv4Address, MacAddress } from '../wire/address.ts';
import { BROADCAST_MAC, NO_MAC } from '../wire/address.ts';
import * as arp from '../wire/arp.ts';
import * as ethernet from '../wire/ethernet.ts';
import { OPERATION_REQUEST } from '../wire/layout/arp.ts';
import { ETHER_TYPE_ARP } from '../wire/layout/ethernet.ts';
import type { Reason } from '../decision/reason.ts';
import type { Change, Neighbour, Tables } from '../decision/tables.ts';
import { neighbourKey } from '../decision/tables.ts';
import type { LinkSettings } from '../decision/topology.ts';
import type { Send } from '../decision/send.ts';
import { isFull, makeRoom } from './neighbour-room.ts';

/** How long a MAC address is believed before it is asked for again, milliseconds. */
export const CONFIRM_AFTER = 60_000;
/** Time between requests, and how many go without an answer before the neighbour is given up. */
export const ASK_EVERY = 1000;
export const ASK_TIMES = 3;
/** A neighbour that was not heard for this long is forgotten, milliseconds. */
export const FORGET_AFTER = 600_000;
/** An ARP request for `target`, to everyone or, to confirm what is known, to `to` alone. */
export const arpRequest = (
  link: LinkSettings,
  target: Ipv4Address,
  to: MacAddress = BROADCAST_MAC,
): Send => ({
  egress: link.link,
  forwarding: null,
  frame: ethernet.encode({
    destination: to,
    source: link.mac,
    etherType: ETHER_TYPE_ARP,
    payload: arp.encode({
      operation: OPERATION_REQUEST,
      senderMac: link.mac,
      senderAddress: link.address.address,
      targetMac: NO_MAC,
      targetAddress: target,
    }),
  }),
});

/** What is to be done so that a frame gets to its next hop. */
export type Reach =
  | {
      readonly kind: 'known';
      readonly mac: MacAddress;
      readonly sends: readonly Send[];
      readonly changes: readonly Change[];
    }
  | {
      readonly kind: 'asked';
      readonly sends: readonly Send[];
      readonly neighbour: Neighbour;
      /** What had to make room for it. */
      readonly changes: readonly Change[];
    }
  | { readonly kind: 'refused'; readonly reason: Reason };

const NOTHING: readonly never[] = [];

/** From when on a known address is asked for again, before it is believed further; milliseconds. */
export const believedUntil = ({ heardAt, askedAt }: Neighbour): number =>
  Math.max(heardAt + CONFIRM_AFTER, askedAt + ASK_EVERY);

const confirm = (
  neighbour: Neighbour,
  mac: MacAddress,
  link: LinkSettings,
  address: Ipv4Address,
  now: number,
): Reach => {
  if (now < believedUntil(neighbour))
    return { kind: 'known', mac, sends: NOTHING, changes: NOTHING };
  if (neighbour.asked >= ASK_TIMES) {
    const anew: Neighbour = { ...neighbour, mac: null, askedAt: now, asked: 1 };
    return {
      kind: 'asked',
      sends: [arpRequest(link, address)],
      neighbour: anew,
      changes: NOTHING,
    };
  }
  const asked: Neighbour = { ...neighbour, askedAt: now, asked: neighbour.asked + 1 };
  const changes: readonly Change[] = [{ kind: 'neighbour', neighbour: asked }];
  return { kind: 'known', mac, sends: [arpRequest(link, address, mac)], changes };
};

/** Whether nothing that counts is known any more: it will be forgotten at the next tick. */
export const isForgotten = ({ mac, heardAt }: Neighbour, now: number): boolean =>
  mac !== null && now - heardAt >= FORGET_AFTER;

/**
 * The MAC address of `address` on `link`; or a neighbour that is being asked, for which the caller may let a
 * packet wait ({@link waiting}); or why there is no room for it.
 */
export const reach = (
  tables: Tables,
  link: LinkSettings,
  address: Ipv4Address,
  now: number,
): Reach => {
  const neighbour = tables.neighbours.get(neighbourKey(link.link, address));
  if (neighbour === undefined || isForgotten(neighbour, now)) {
    const changes = neighbour === undefined ? makeRoom(tables, address) : NOTHING;
    if (changes === null) return { kind: 'refused', reason: 'neighbour-table-full' };
    const asked: Neighbour = {
      link: link.link,
      address,
      mac: null,
      heardAt: now,
      askedAt: now,
      asked: 1,
      held: [],
    };
    return { kind: 'asked', sends: [arpRequest(link, address)], neighbour: asked, changes };
  }
  if (neighbour.mac !== null) return confirm(neighbour, neighbour.mac, link, address, now);
  if (isFull(neighbour)) return { kind: 'refused', reason: 'neighbour-queue-full' };
  return { kind: 'asked', sends: NOTHING, neighbour, changes: NOTHING };
};
