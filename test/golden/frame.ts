// What a golden frame is, and the hosts between which most of them went.

import type { Ipv4Address, MacAddress } from '../../core/wire/address.ts';
import type { ArpPacket } from '../../core/wire/arp.ts';
import type { EthernetFrame } from '../../core/wire/ethernet.ts';
import type { IcmpMessage } from '../../core/wire/icmp.ts';
import type { Ipv4Packet } from '../../core/wire/ipv4.ts';
import type { TcpSegment } from '../../core/wire/tcp.ts';
import type { UdpDatagram } from '../../core/wire/udp.ts';

/** A whole frame, and each layer's value without its payload, which is the next layer. */
export interface Golden {
  readonly bytes: Uint8Array;
  readonly ethernet: Omit<EthernetFrame, 'payload'>;
}
export interface GoldenArp extends Golden {
  readonly arp: ArpPacket;
}
export interface GoldenIpv4 extends Golden {
  readonly ipv4: Omit<Ipv4Packet, 'payload'>;
}
export interface GoldenTcp extends GoldenIpv4 {
  readonly tcp: TcpSegment;
}
export interface GoldenUdp extends GoldenIpv4 {
  readonly udp: UdpDatagram;
}
export interface GoldenIcmp extends GoldenIpv4 {
  readonly icmp: IcmpMessage;
}
export interface GoldenFragment extends GoldenIpv4 {
  readonly payload: Uint8Array;
}

export const NONE = new Uint8Array(0);

export const ipv4Defaults = {
  typeOfService: 0,
  identification: 0,
  dontFragment: false,
  moreFragments: false,
  fragmentOffset: 0,
  ttl: 64,
  options: NONE,
};

// A host 198.51.100.7, its router 198.51.100.254, and beyond it a server 203.0.113.9.
const HOST_MAC = 0x02005e100007 as MacAddress;
const HOST = 0xc6336407 as Ipv4Address;
const ROUTER_MAC = 0x02005e1000fe as MacAddress;
export const ROUTER = 0xc63364fe as Ipv4Address;
const SERVER = 0xcb007109 as Ipv4Address;

export const toServer = { destination: ROUTER_MAC, source: HOST_MAC, etherType: 0x0800 };
export const toHost = { destination: HOST_MAC, source: ROUTER_MAC, etherType: 0x0800 };
export const outgoing = { ...ipv4Defaults, dontFragment: true, source: HOST, destination: SERVER };
export const returning = { ...ipv4Defaults, ttl: 63, source: SERVER, destination: HOST };
