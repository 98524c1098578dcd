// Subnets: which addresses lie in them (RFC 4632). Of IPv6 an address is taken to lie in none but its own.

import type { Address } from '../wire/address.ts';
import { formatAddress, ipv4, netmask, onLink } from '../wire/address.ts';
import type { Subnet } from './adapter.ts';

/** Whether `address` lies in the subnet of an adapter, or of a prefix. */
export const contains = ({ address: base, prefixLength }: Subnet, address: Address): boolean =>
  typeof base === 'number' && typeof address === 'number'
    ? onLink({ address: base, prefixLength }, address)
    : base === address;

/** The subnet that an adapter is on: its address with the bits past the mask cleared. */
export const subnetOf = ({ address, prefixLength }: Subnet): Subnet =>
  typeof address === 'number'
    ? { address: ipv4(address & netmask(prefixLength)), prefixLength }
    : { address, prefixLength: 128 };

/** `198.51.100.0/24`. */
export const formatSubnet = ({ address, prefixLength }: Subnet): string =>
  `${formatAddress(address)}/${prefixLength}`;
