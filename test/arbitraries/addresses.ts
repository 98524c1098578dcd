// Addresses as hosts have them.

import fc from 'fast-check';
import type { Ipv4Address, MacAddress } from '../../core/wire/address.ts';
import { ipv4, isLoopback, mac } from '../../core/wire/address.ts';

/** A MAC address of one station: the group bit is off, and it is not zero. */
export const macAddress = (): fc.Arbitrary<MacAddress> =>
  fc
    .tuple(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 1, max: 0xffffffffff }))
    .map(([first, others]) => mac(first * 2 * 0x10000000000 + others));

/** Any IPv4 address. */
export const anyIpv4Address = (): fc.Arbitrary<Ipv4Address> =>
  fc.integer({ min: 0, max: 0xffffffff }).map(ipv4);

/** An IPv4 address that a single host can have: 1.0.0.0 to 223.255.255.255 without 127.0.0.0/8. */
export const ipv4Address = (): fc.Arbitrary<Ipv4Address> =>
  fc
    .integer({ min: 0x01000000, max: 0xdfffffff })
    .map(ipv4)
    .filter((address) => !isLoopback(address));
