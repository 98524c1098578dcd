// A link's prefix as people write it: 198.51.100.0/24.

import type { Ipv4Interface } from '../wire/address.ts';
import { formatIpv4Interface, ipv4, netmask } from '../wire/address.ts';

/** The prefix that `address` lies in, its host bits zero. */
export const formatPrefix = ({ address, prefixLength }: Ipv4Interface): string =>
  formatIpv4Interface({ address: ipv4(address & netmask(prefixLength)), prefixLength });
