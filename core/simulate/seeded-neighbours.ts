// Next hops known from captures, for `replay` and `explain`: nobody is there to answer ARP (RFC 826).

import type { Ipv4Address, MacAddress } from '../wire/address.ts';
import { NO_MAC, isGroupMac, ipv4, mac, onLink } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u16, u32, u48 } from '../wire/bytes.ts';
import * as arp from '../wire/arp.ts';
import { SOUND } from '../wire/fault.ts';
import * as ipv4Wire from '../wire/ipv4.ts';
import * as arpLayout from '../wire/layout/arp.ts';
import * as layout from '../wire/layout/ethernet.ts';
import * as ipv4Layout from '../wire/layout/ipv4.ts';
import type { Dictionary } from '../decision/dictionary.ts';
import type { Neighbour, NeighbourKey } from '../decision/tables.ts';
import { neighbourKey } from '../decision/tables.ts';
import type { Link, LinkSettings, Topology } from '../decision/topology.ts';
import { INTERCONNECT } from '../decision/topology.ts';
import { asIpv4 } from '../switch/translate.ts';

/** A frame of a capture, and the link it was captured on. */
export interface Sighting {
  readonly link: Link;
  readonly frame: ReadonlyBytes;
}

/** For what was never seen to send: 02:00 (locally administered), then the address. */
export const madeUpMac = (address: Ipv4Address): MacAddress => mac(0x020000000000 + address);

/** A time that never passes: who was heard then is believed for ever, and not asked again. */
const ALWAYS = Number.POSITIVE_INFINITY;

/** Whom a frame names: the sender with its MAC address, and who may be sent something because of it. */
const named = (
  frame: ReadonlyBytes,
  link: LinkSettings,
): {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly mac: MacAddress;
} | null => {
  const isEthernet = link.framing === 'ethernet';
  const at = isEthernet ? layout.HEADER_LENGTH : 0;
  if (frame.length < at) return null;
  const sender = isEthernet ? mac(u48(frame, layout.SOURCE)) : NO_MAC;
  const etherType = isEthernet ? u16(frame, layout.ETHER_TYPE) : layout.ETHER_TYPE_IPV4;
  if (etherType === layout.ETHER_TYPE_ARP && arp.fault(frame, at, frame.length) === SOUND)
    return {
      source: ipv4(u32(frame, at + arpLayout.SENDER_ADDRESS)),
      destination: ipv4(u32(frame, at + arpLayout.TARGET_ADDRESS)),
      mac: mac(u48(frame, at + arpLayout.SENDER_MAC)),
    };
  if (etherType !== layout.ETHER_TYPE_IPV4 || ipv4Wire.fault(frame, at, frame.length) !== SOUND)
    return null;
  return {
    source: ipv4(u32(frame, at + ipv4Layout.SOURCE)),
    destination: ipv4(u32(frame, at + ipv4Layout.DESTINATION)),
    mac: sender,
  };
};

/** Every next hop that the frames can lead to: with the MAC address it was seen with, else a made-up one. */
export const seededNeighbours = (
  topology: Topology,
  frames: Iterable<Sighting>,
): ReadonlyMap<NeighbourKey, Neighbour> => {
  const found = new Map<NeighbourKey, Neighbour>();
  const links = topology.links.filter((link) => link?.framing === 'ethernet');
  const add = (link: Link, address: Ipv4Address, hardware: MacAddress): void => {
    const key = neighbourKey(link, address);
    const before = found.get(key);
    if (before !== undefined && before.mac !== madeUpMac(address)) return;
    found.set(key, {
      link,
      address,
      mac: hardware,
      heardAt: ALWAYS,
      askedAt: 0,
      asked: 0,
      held: [],
    });
  };
  const addWhereOnLink = (address: Ipv4Address): void => {
    for (const link of links)
      if (link && onLink(link.address, address) && address !== link.address.address)
        add(link.link, address, madeUpMac(address));
  };
  for (const { address } of topology.nodes)
    add(INTERCONNECT, asIpv4(address), madeUpMac(asIpv4(address)));
  for (const link of links)
    if (link && link.router !== null) add(link.link, link.router, madeUpMac(link.router));
  for (const { link: number, frame } of frames) {
    const link = topology.links[number];
    const who = link ? named(frame, link) : null;
    if (!link || who === null) continue;
    const { address } = link.address;
    const isStation = who.mac !== NO_MAC && !isGroupMac(who.mac);
    if (isStation && who.source !== address && onLink(link.address, who.source))
      add(number, who.source, who.mac);
    addWhereOnLink(who.source);
    addWhereOnLink(who.destination);
  }
  return found;
};

/** Neighbours that, once known, stay known. */
export const lasting = (
  neighbours: Dictionary<NeighbourKey, Neighbour>,
): Dictionary<NeighbourKey, Neighbour> => ({
  get: (key) => neighbours.get(key),
  set: (key, neighbour) =>
    lasting(
      neighbours.set(key, neighbour.mac === null ? neighbour : { ...neighbour, heardAt: ALWAYS }),
    ),
  delete: (key) => lasting(neighbours.delete(key)),
  get size() {
    return neighbours.size;
  },
  values: () => neighbours.values(),
  oldest: () => neighbours.oldest(),
});
