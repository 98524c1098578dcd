// Hashes of a connection's ends: of numbers, as texts would have to be made first.

import type { Address } from '../../wire/address.ts';
import type { HashKey } from '../keyed-hash.ts';
import { hash4, hashText } from '../keyed-hash.ts';
import type { Connection } from './connection.ts';

/** 32 bits of an address: an IPv6 address has more, of which a keyed hash stands for all. */
const wordOf = (key: HashKey, address: Address): number =>
  typeof address === 'number' ? address : hashText(key, address);

/** The hash, 32 bits signed, of what a connection is found by: two ends and their protocol. */
export const endsHash = (
  key: HashKey,
  protocol: number,
  address: Address,
  port: number,
  otherAddress: Address,
  otherPort: number,
): number =>
  hash4(key, wordOf(key, address), wordOf(key, otherAddress), (port << 16) | otherPort, protocol) |
  0;

/** The hash of a connection's ends as the host sees them. */
export const outsideHash = (key: HashKey, c: Connection): number =>
  endsHash(key, c.protocol, c.hostAddress, c.hostPort, c.clusterAddress, c.clusterPort);

/** The hash of a connection's ends as the node sees them. */
export const insideHash = (key: HashKey, c: Connection): number =>
  endsHash(key, c.protocol, c.nodeAddress, c.nodePort, c.hostAddress, c.hostPort);
