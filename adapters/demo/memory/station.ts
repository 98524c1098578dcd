// A simulated host's network layers: ARP (RFC 826) and IPv4 over Ethernet, or bare IPv4. It takes only
// what is addressed to it and has right checksums, as hosts do.

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address, Ipv4Interface, MacAddress } from '../../../core/wire/address.ts';
import { BROADCAST_MAC, NO_MAC, onLink } from '../../../core/wire/address.ts';
import * as arp from '../../../core/wire/arp.ts';
import type { ReadonlyBytes } from '../../../core/wire/bytes.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import { SOUND } from '../../../core/wire/fault.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { OPERATION_REPLY, OPERATION_REQUEST } from '../../../core/wire/layout/arp.ts';
import { ETHER_TYPE_ARP, ETHER_TYPE_IPV4 } from '../../../core/wire/layout/ethernet.ts';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../../core/wire/layout/ipv4.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import * as udp from '../../../core/wire/udp.ts';

export interface StationSettings {
  readonly link: Ipv4Interface;
  /** Null on a link of bare IP packets, which needs no ARP. */
  readonly mac: MacAddress | null;
  /** Next hop for what is not on the link. */
  readonly router: Ipv4Address | null;
  /** Puts a frame on the link. */
  readonly transmit: (frame: Uint8Array) => void;
}

/** What a program of the host sends, and gets: `payload` is a TCP segment or UDP datagram. */
export interface Message {
  readonly protocol: number;
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly payload: ReadonlyBytes;
}

export interface Station {
  readonly address: Ipv4Address;
  /** A frame of the link; gives the message for the host's programs that it held, or null. */
  receive(frame: ReadonlyBytes): Message | null;
  send(message: Message): void;
}

const NOTHING: ReadonlyBytes = new Uint8Array(0);

const packetOf = ({ protocol, source, destination, payload }: Message): Uint8Array =>
  ipv4.encode({
    typeOfService: 0,
    identification: 0,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    protocol,
    source,
    destination,
    options: NOTHING,
    payload,
  });

const isSound = ({ protocol, source, destination, payload }: Message): boolean => {
  const transport = protocol === PROTOCOL_TCP ? tcp : protocol === PROTOCOL_UDP ? udp : null;
  if (transport?.fault(payload, 0, payload.length) !== SOUND) return false;
  return transport.checksumFault(payload, 0, payload.length, source, destination) === SOUND;
};

export const makeStation = ({ link, mac, router, transmit }: StationSettings): Station => {
  const own = link.address;
  const known = new Map<Ipv4Address, MacAddress>();
  const held = new Map<Ipv4Address, Uint8Array[]>();

  const frame = (destination: MacAddress, etherType: number, payload: Uint8Array): void =>
    transmit(ethernet.encode({ destination, source: mac ?? NO_MAC, etherType, payload }));

  const sendArp = (operation: number, targetMac: MacAddress, targetAddress: Ipv4Address): void => {
    const asked = operation === OPERATION_REQUEST;
    const packet = { operation, senderMac: mac ?? NO_MAC, senderAddress: own };
    frame(
      asked ? BROADCAST_MAC : targetMac,
      ETHER_TYPE_ARP,
      arp.encode({ ...packet, targetMac: asked ? NO_MAC : targetMac, targetAddress }),
    );
  };

  const receiveArp = (payload: ReadonlyBytes): void => {
    const packet = arp.decode(payload, 0, payload.length);
    if (E.isLeft(packet)) return;
    const { operation, senderMac, senderAddress, targetAddress } = packet.right;
    known.set(senderAddress, senderMac);
    if (operation === OPERATION_REQUEST && targetAddress === own)
      sendArp(OPERATION_REPLY, senderMac, senderAddress);
    const waiting = held.get(senderAddress) ?? [];
    held.delete(senderAddress);
    for (const waited of waiting) frame(senderMac, ETHER_TYPE_IPV4, waited);
  };

  const receivePacket = (bytes: ReadonlyBytes): Message | null => {
    const packet = ipv4.decode(bytes, 0, bytes.length);
    if (E.isLeft(packet)) return null;
    return packet.right.destination === own && isSound(packet.right) ? packet.right : null;
  };

  const receive = (bytes: ReadonlyBytes): Message | null => {
    if (mac === null) return receivePacket(bytes);
    const outer = ethernet.decode(bytes, 0, bytes.length);
    if (E.isLeft(outer)) return null;
    const { destination, etherType, payload } = outer.right;
    if (destination !== mac && destination !== BROADCAST_MAC) return null;
    if (etherType === ETHER_TYPE_ARP) receiveArp(payload);
    return etherType === ETHER_TYPE_IPV4 ? receivePacket(payload) : null;
  };

  const send = (message: Message): void => {
    const packet = packetOf(message);
    if (mac === null) return transmit(packet);
    const { destination } = message;
    const hop = onLink(link, destination) ? destination : router;
    if (hop === null) return;
    const hopMac = known.get(hop);
    if (hopMac !== undefined) return frame(hopMac, ETHER_TYPE_IPV4, packet);
    held.set(hop, [...(held.get(hop) ?? []), packet]);
    sendArp(OPERATION_REQUEST, NO_MAC, hop);
  };

  return { address: own, receive, send };
};
