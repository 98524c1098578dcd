// Addresses as branded values: equal addresses are `===`, so they key tables as they are.
import * as E from 'fp-ts/lib/Either.js';

declare const brand: unique symbol;

/** An IPv4 address as an unsigned 32-bit number, most significant octet first. */
export type Ipv4Address = number & { readonly [brand]: 'Ipv4Address' };

/** An IPv6 address as its canonical text (RFC 5952): one spelling for one address. */
export type Ipv6Address = string & { readonly [brand]: 'Ipv6Address' };

/** What tables hold: either family. `typeof` tells them apart. */
export type Address = Ipv4Address | Ipv6Address;

/** An IEEE 802 MAC address as an unsigned 48-bit number. */
export type MacAddress = number & { readonly [brand]: 'MacAddress' };

/** An address and the length of the prefix that its link shares, 0 to 32. */
export interface Ipv4Interface {
  readonly address: Ipv4Address;
  readonly prefixLength: number;
}

export const ipv4 = (value: number): Ipv4Address => (value >>> 0) as Ipv4Address;
export const mac = (value: number): MacAddress => value as MacAddress;

export const BROADCAST_MAC = mac(0xffffffffffff);
export const NO_MAC = mac(0);
export const ANY_IPV4 = ipv4(0);
export const BROADCAST_IPV4 = ipv4(0xffffffff);

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4Pattern = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);
const macPattern = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;

/** Reads `198.51.100.1`; octets in decimal without leading zeros (RFC 6943 section 3.1.1). */
export const parseIpv4 = (text: string): E.Either<string, Ipv4Address> => {
  const match = ipv4Pattern.exec(text);
  if (match === null) return E.left(`"${text}" is not an IPv4 address such as 198.51.100.1`);
  const [, a, b, c, d] = match.map(Number) as [number, number, number, number, number];
  return E.right(ipv4(((a << 24) | (b << 16) | (c << 8) | d) >>> 0));
};

export const formatIpv4 = (address: Ipv4Address): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

export const formatAddress = (address: Address): string =>
  typeof address === 'number' ? formatIpv4(address) : address;

/** Reads `198.51.100.1/24`: a host's address with the prefix of its link. */
export const parseIpv4Interface = (text: string): E.Either<string, Ipv4Interface> => {
  const [host = '', length = '', ...more] = text.split('/');
  const address = parseIpv4(host);
  if (E.isLeft(address)) return address;
  if (more.length > 0 || !/^([12]?\d|3[0-2])$/.test(length))
    return E.left(`"${text}" needs a prefix length from 0 to 32, such as 198.51.100.1/24`);
  return E.right({ address: address.right, prefixLength: Number(length) });
};

export const formatIpv4Interface = ({ address, prefixLength }: Ipv4Interface): string =>
  `${formatIpv4(address)}/${prefixLength}`;

/** Reads `02:00:5e:00:01:01`. */
export const parseMac = (text: string): E.Either<string, MacAddress> =>
  macPattern.test(text)
    ? E.right(mac(parseInt(text.replaceAll(':', ''), 16)))
    : E.left(`"${text}" is not a MAC address such as 02:00:5e:00:01:01`);

export const formatMac = (address: MacAddress): string =>
  address
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?!$)/g, '$&:');

/** The netmask of a prefix length: 24 gives 255.255.255.0. */
export const netmask = (prefixLength: number): Ipv4Address =>
  ipv4(prefixLength === 0 ? 0 : -1 << (32 - prefixLength));

/** Whether `address` lies in the prefix of `link`. */
export const onLink = (link: Ipv4Interface, address: Ipv4Address): boolean =>
  ((address ^ link.address) & netmask(link.prefixLength)) === 0;

/** The directed broadcast address of `link` (RFC 919); a /31 or /32 has none (RFC 3021). */
export const directedBroadcast = (link: Ipv4Interface): Ipv4Address | null =>
  link.prefixLength >= 31 ? null : ipv4(link.address | ~netmask(link.prefixLength));

/** 224.0.0.0/4 (RFC 5771). */
export const isMulticast = (address: Ipv4Address): boolean => address >>> 28 === 0xe;

/** 127.0.0.0/8: never on a wire (RFC 1122 section 3.2.1.3). */
export const isLoopback = (address: Ipv4Address): boolean => address >>> 24 === 127;

/** Group bit of a MAC address: multicast or broadcast (IEEE 802 clause 8.2). */
export const isGroupMac = (address: MacAddress): boolean =>
  (Math.floor(address / 0x10000000000) & 1) === 1;
