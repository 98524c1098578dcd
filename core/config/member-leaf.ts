// The single values of a member file: addresses with ports, files, fingerprints.

import * as E from 'fp-ts/lib/Either.js';
import type { Endpoint } from '../cluster/endpoint.ts';
import type { NodeId } from '../cluster/identity.ts';
import { parseNodeId } from '../cluster/identity.ts';
import type { Ipv4Address } from '../wire/address.ts';
import { ANY_IPV4, isMulticast, parseIpv4 } from '../wire/address.ts';
import type { Shape } from './shape.ts';
import { shape, shown, text, unsound } from './shape.ts';

const octets = '[0-9]{1,3}(\\.[0-9]{1,3}){3}';

const parseAdapterAddress = (value: string): E.Either<string, Ipv4Address> =>
  E.chainW((address: Ipv4Address) =>
    address === ANY_IPV4 || isMulticast(address) || address >>> 28 === 0xf
      ? E.left(
          `${value} is not an address that an adapter can have; expected one such as 192.0.2.11`,
        )
      : E.right(address),
  )(parseIpv4(value));

/** An address that an adapter, or a router, can have; also one of loopback, for trying out on one machine. */
export const adapterAddress: Shape<Ipv4Address> = text(
  'an IPv4 address',
  '192.0.2.11',
  { format: 'ipv4' },
  parseAdapterAddress,
);

/** An endpoint of which the port may be left out. */
export interface Seed {
  readonly address: Endpoint['address'];
  readonly port: number | null;
}

const parseSeed = (value: string): E.Either<string, Seed> => {
  const [host = '', port, ...more] = value.split(':');
  const address = parseAdapterAddress(host);
  if (E.isLeft(address)) return address;
  if (port === undefined) return E.right({ address: address.right, port: null });
  const number = /^[1-9][0-9]{0,4}$/.test(port) ? Number(port) : 0;
  return number === 0 || number > 65535 || more.length > 0
    ? E.left(`${value}: expected a port from 1 to 65535, such as ${host}:7400`)
    : E.right({ address: address.right, port: number });
};

export const seed: Shape<Seed> = text(
  'the address of a member',
  '192.0.2.12',
  { pattern: `^${octets}(:[0-9]{1,5})?$` },
  parseSeed,
);

const pathPattern = /^[^\0]+$/;

/** A file's path; a relative one begins where the member file is. */
export const filePath = (what: string, example: string): Shape<string> =>
  text(what, example, { pattern: pathPattern.source }, (value) =>
    pathPattern.test(value)
      ? E.right(value)
      : E.left(`expected ${what}, a path such as ${example}`),
  );

/** What `onehost show cdat` and `onehost keygen` tell of a member's public key. */
export const fingerprint: Shape<NodeId> = text(
  'a fingerprint, 32 hex digits in quotes,',
  '3f5a9c00e1b2d4c6a8907f6e5d4c3b2a',
  { pattern: '^[0-9a-f]{32}$' },
  (value) => {
    const id = parseNodeId(value);
    return id === null
      ? E.left('this is not a fingerprint: expected 32 hex digits, in lower case')
      : E.right(id);
  },
);

/** true or false. */
export const truth: Shape<boolean> = shape(
  'true or false',
  { type: 'boolean' },
  (value, context) =>
    typeof value === 'boolean'
      ? { errors: [], sound: value }
      : unsound(value, context, `expected true or false, not ${shown(value)}`),
);
