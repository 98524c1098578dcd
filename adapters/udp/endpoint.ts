// Where a datagram comes from or goes to, and `struct sockaddr_in` of it: ip(7).

import type { Ipv4Address } from '../../core/wire/address.ts';
import { ipv4 } from '../../core/wire/address.ts';
import { put16, put32, u16, u32 } from '../../core/wire/bytes.ts';
import { AF_INET } from '../linux/libc.ts';

export interface Ipv4Endpoint {
  readonly address: Ipv4Address;
  readonly port: number;
}

/** `struct sockaddr_in`: family in the machine's order, port and address in the network's. */
export const SOCKADDR_LENGTH = 16;

/** Writes the port and the address; the family stays, see `putFamily`. */
export const putEndpoint = (bytes: Uint8Array, at: number, address: number, port: number): void => {
  put16(bytes, at + 2, port);
  put32(bytes, at + 4, address);
};

export const putFamily = (bytes: Buffer, at: number): void => {
  bytes.writeUInt16LE(AF_INET, at);
};

export const endpointAt = (bytes: Uint8Array, at: number): Ipv4Endpoint => ({
  address: ipv4(u32(bytes, at + 4)),
  port: u16(bytes, at + 2),
});
