// Where a datagram goes to or comes from: an Internet address and a UDP port (RFC 768).

import type { Address } from '../wire/address.ts';
import { formatAddress } from '../wire/address.ts';

export interface Endpoint {
  readonly address: Address;
  readonly port: number;
}

/** `198.51.100.1:7400`, `[2001:db8::1]:7400`. */
export const formatEndpoint = ({ address, port }: Endpoint): string =>
  typeof address === 'number' ? `${formatAddress(address)}:${port}` : `[${address}]:${port}`;

export const sameEndpoint = (one: Endpoint, other: Endpoint): boolean =>
  one.address === other.address && one.port === other.port;
