// Network interfaces and their IPv4 addresses as the kernel has them: RTM_GETLINK, RTM_GETADDR of rtnetlink(7).

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Interface } from '../../core/wire/address.ts';
import { ipv4 } from '../../core/wire/address.ts';
import { u32 } from '../../core/wire/bytes.ts';
import { AF_INET } from '../linux/libc.ts';
import type { NetlinkMessage } from './message.ts';
import { attributesOf, numberOf, textOf } from './message.ts';
import { dump } from './request.ts';

const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const RTM_NEWADDR = 20;
const RTM_GETADDR = 22;

const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;

/** `struct ifinfomsg`, `struct ifaddrmsg`. */
const LINK_LENGTH = 16;
const ADDRESS_LENGTH = 8;

export const IFF_UP = 0x1;
export const IFF_LOOPBACK = 0x8;
export const IFF_POINTOPOINT = 0x10;
/** The link has a carrier. */
export const IFF_LOWER_UP = 0x10000;

export interface Link {
  readonly index: number;
  readonly name: string;
  /** ARPHRD_… of linux/if_arp.h: 1 for Ethernet. */
  readonly hardware: number;
  /** What kind of virtual link it is: `veth`, `wireguard`; null for real ones. */
  readonly kind: string | null;
  /** Largest IP packet, bytes. */
  readonly mtu: number;
  /** IFF_… */
  readonly flags: number;
  /** In the order in which they were given to it. */
  readonly addresses: readonly Ipv4Interface[];
}

const linkOf = ({ body }: NetlinkMessage): Omit<Link, 'addresses'> => {
  const attributes = attributesOf(body, LINK_LENGTH);
  const info = attributes.get(IFLA_LINKINFO);
  return {
    index: body.readInt32LE(4),
    name: textOf(attributes, IFLA_IFNAME) ?? '',
    hardware: body.readUInt16LE(2),
    kind: info === undefined ? null : (textOf(attributesOf(info, 0), IFLA_INFO_KIND) ?? null),
    mtu: numberOf(attributes, IFLA_MTU) ?? 0,
    flags: body.readUInt32LE(8),
  };
};

const addressOf = ({ body }: NetlinkMessage): { index: number; address: Ipv4Interface } | null => {
  const attributes = attributesOf(body, ADDRESS_LENGTH);
  // On a point-to-point link IFA_ADDRESS is the other end's.
  const own = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS);
  if (body[0] !== AF_INET || own === undefined || own.length !== 4) return null;
  return {
    index: body.readUInt32LE(4),
    address: { address: ipv4(u32(own, 0)), prefixLength: body[1] ?? 32 },
  };
};

/** All interfaces of the calling thread's namespace, with their IPv4 addresses. */
export const readLinks = (): E.Either<string, readonly Link[]> => {
  const links = dump(RTM_GETLINK, Buffer.alloc(LINK_LENGTH), 'cannot list the interfaces');
  if (E.isLeft(links)) return links;
  const asked = Buffer.alloc(ADDRESS_LENGTH);
  asked[0] = AF_INET;
  const addresses = dump(RTM_GETADDR, asked, 'cannot list the addresses');
  if (E.isLeft(addresses)) return addresses;
  const all = addresses.right
    .filter(({ type }) => type === RTM_NEWADDR)
    .flatMap((message) => addressOf(message) ?? []);
  return E.right(
    links.right
      .filter(({ type }) => type === RTM_NEWLINK)
      .map(linkOf)
      .map((link) => ({
        ...link,
        addresses: all.filter(({ index }) => index === link.index).map(({ address }) => address),
      })),
  );
};
