// The single values of a configuration: names, addresses, ports.

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address, Ipv4Interface, MacAddress } from '../wire/address.ts';
import {
  directedBroadcast,
  formatIpv4,
  formatIpv4Interface,
  ipv4,
  isGroupMac,
  netmask,
  NO_MAC,
  parseIpv4,
  parseIpv4Interface,
  parseMac,
} from '../wire/address.ts';
import type { HashKey } from '../decision/keyed-hash.ts';
import { isMartian } from '../decision/topology.ts';
import type { Shape } from './shape.ts';
import { shape, shown, text, unsound, wholeNumber } from './shape.ts';

const matching = (what: string, example: string, pattern: RegExp, rule: string): Shape<string> =>
  text(what, example, { pattern: pattern.source }, (value) =>
    pattern.test(value) ? E.right(value) : E.left(`${shown(value)} is not ${what}: ${rule}`),
  );

// A letter first: a node may also be named by its number. The cluster's name becomes a file's name.
const namePattern = /^[A-Za-z][A-Za-z0-9._-]{0,62}$/;
const nameRule = 'a letter, then at most 62 letters, digits, ".", "_" or "-"';

export const name = (what: string, example: string): Shape<string> =>
  matching(what, example, namePattern, nameRule);

/** The name of a network device (Linux: IFNAMSIZ is 16 with the final zero). */
export const interfaceName = (example: string): Shape<string> =>
  matching(
    'an interface name',
    example,
    /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,15}$/,
    '1 to 15 letters, digits, ".", "_" or "-"',
  );

/** A network namespace: a name that `ip netns` knows, or a path such as /proc/123/ns/net. */
export const networkNamespace: Shape<string> = matching(
  'a network namespace',
  'blue',
  /^(?:\/[^\0]+|(?!\.{1,2}$)[^/\s]+)$/,
  'a name under /run/netns, or an absolute path such as /proc/123/ns/net',
);

/** An open file that the process is started with. The kernel allows a million (fs.nr_open). */
export const descriptor: Shape<number> = wholeNumber(
  'a descriptor',
  3,
  1048575,
  3,
  '0, 1 and 2 are the standard streams',
);

/** A user of the system, by name (useradd(8)). */
export const userName: Shape<string> = matching(
  "a user's name",
  'onehost',
  /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/,
  'a letter or "_", then at most 31 letters, digits, ".", "_" or "-"',
);

/** An exported path: absolute, in its shortest spelling. */
export const exportPath: Shape<string> = matching(
  'an exported path',
  '/projects',
  /^\/$|^(?:\/(?!\.{1,2}(?:\/|$))[^/]+)+$/,
  'it starts with "/", does not end in one, and has no empty, "." or ".." part',
);

export const port: Shape<number> = wholeNumber('a port', 1, 65535, 80);

/** Largest IP packet: RFC 791 section 3.2 wants 576 taken by every host; a TAP device takes 65521. */
export const mtu: Shape<number> = wholeNumber('an MTU in bytes', 576, 65521, 1500);

/** An address that one host can have. */
export const hostAddress: Shape<Ipv4Address> = text(
  'an IPv4 address',
  '10.77.0.11',
  { format: 'ipv4' },
  (value) =>
    E.chainW((address: Ipv4Address) =>
      isMartian(address)
        ? E.left(`${value} is not an address that a host can have; expected one such as 10.77.0.11`)
        : E.right(address),
    )(parseIpv4(value)),
);

const wrongOnLink = (link: Ipv4Interface): string | null => {
  const written = formatIpv4Interface(link);
  if (link.prefixLength === 0)
    return `${written} leaves no address for others: use 1 to 32 as prefix length`;
  if (isMartian(link.address)) return `${written} is not an address that a host can have`;
  if (isNetworkAddress(link, link.address))
    return `${written} is the address of the whole network: expected a host's in it, such as ${formatIpv4(ipv4(link.address + 1))}/${link.prefixLength}`;
  if (link.address === directedBroadcast(link))
    return `${written} is the broadcast address of its network: expected a host's in it, such as ${formatIpv4(ipv4(link.address - 1))}/${link.prefixLength}`;
  return null;
};

/** Whether `address` is the first of the prefix, which no host has (a /31 and a /32 use it, RFC 3021). */
export const isNetworkAddress = (link: Ipv4Interface, address: Ipv4Address): boolean =>
  link.prefixLength < 31 && address === ipv4(link.address & netmask(link.prefixLength));

const prefixPattern = '^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$';

/** Where the gateway's machine listens for TCP. */
export interface Endpoint {
  readonly address: Ipv4Address;
  readonly port: number;
}

const endpointPattern = /^([0-9]{1,3}(?:\.[0-9]{1,3}){3}):([1-9][0-9]{0,4})$/;

/** An address of the machine itself, 0.0.0.0 for all that it has, and a port. */
export const endpoint: Shape<Endpoint> = text(
  'an IPv4 address and a port',
  '127.0.0.1:9464',
  { pattern: endpointPattern.source },
  (value) => {
    const [, address = '', digits = ''] = endpointPattern.exec(value) ?? [];
    const number = Number(digits);
    return number < 1 || number > 65535
      ? E.left(`${shown(value)} is not an IPv4 address and a port, such as 127.0.0.1:9464`)
      : E.map((parsed: Ipv4Address): Endpoint => ({ address: parsed, port: number }))(
          parseIpv4(address),
        );
  },
);

/** The gateway's own address on a link, with the prefix of the link. */
export const linkAddress = (example: string): Shape<Ipv4Interface> =>
  text('an address with its prefix length', example, { pattern: prefixPattern }, (value) =>
    E.chainW((link: Ipv4Interface) => {
      const wrong = wrongOnLink(link);
      return wrong === null ? E.right(link) : E.left(wrong);
    })(parseIpv4Interface(value)),
  );

/** A prefix, or a single address, which stands for a prefix of 32 bits. */
export const prefix: Shape<Ipv4Interface> = text(
  'an address or a prefix',
  '192.0.2.0/24',
  { pattern: '^[0-9]{1,3}(\\.[0-9]{1,3}){3}(/[0-9]{1,2})?$' },
  (value) => parseIpv4Interface(value.includes('/') ? value : `${value}/32`),
);

export const macAddress: Shape<MacAddress> = text(
  'a MAC address',
  '02:00:5e:00:01:01',
  { pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$' },
  (value) =>
    E.chainW((address: MacAddress) => {
      if (isGroupMac(address))
        return E.left(
          `${value} is a group address: a host needs an individual one such as 02:00:5e:00:01:01`,
        );
      if (address === NO_MAC)
        return E.left(
          `${value} is no MAC address of a host: expected one such as 02:00:5e:00:01:01`,
        );
      return E.right(address);
    })(parseMac(value)),
);

/** The 64 bits of a key, most significant digit first. In quotes, or YAML may read a number. */
export const hashKey: Shape<HashKey> = text(
  'a hash key, 16 hex digits in quotes,',
  '9f86d081884c7d65',
  { pattern: '^[0-9A-Fa-f]{16}$' },
  (value) =>
    /^[0-9A-Fa-f]{16}$/.test(value)
      ? E.right({ high: parseInt(value.slice(0, 8), 16), low: parseInt(value.slice(8), 16) })
      : E.left('this is not a hash key: expected 16 hex digits'),
);

/** How services name a node: by its name, or by its number. */
export type NodeReference = string | number;

export const nodeReference: Shape<NodeReference> = shape(
  "a node's name or number",
  { type: ['string', 'integer'], examples: ['alpha'] },
  (value, context) =>
    typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))
      ? { errors: [], sound: value }
      : unsound(
          value,
          context,
          `expected a node's name or number such as alpha, not ${shown(value)}`,
        ),
);
