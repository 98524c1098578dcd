// How long and how much the gateway remembers (D5): the least that the RFCs allow, and the defaults.

import { wholeNumber } from './shape.ts';
import { mapping, withDefault } from './mapping.ts';

// Thirty days: in milliseconds it still fits 32 bits.
const LONGEST = 2_592_000;

const seconds = (least: number, source: string) =>
  wholeNumber('a time in seconds', least, LONGEST, least, source);

/** Seconds. */
export const DEFAULT_TIMEOUTS = {
  tcpTransitory: 240,
  tcpEstablished: 7440,
  udp: 300,
  icmp: 60,
};

export const timeoutsShape = mapping('the time-outs', {
  tcpTransitory: withDefault(
    seconds(240, 'RFC 5382 REQ-5 wants 4 minutes or more'),
    DEFAULT_TIMEOUTS.tcpTransitory,
    'idle seconds after which a TCP connection that opens or closes is forgotten (RFC 5382)',
  ),
  tcpEstablished: withDefault(
    seconds(7440, 'RFC 5382 REQ-5 wants 2 hours and 4 minutes or more'),
    DEFAULT_TIMEOUTS.tcpEstablished,
    'idle seconds after which an established TCP connection is forgotten (RFC 5382)',
  ),
  udp: withDefault(
    seconds(120, 'RFC 4787 REQ-5 wants 2 minutes or more'),
    DEFAULT_TIMEOUTS.udp,
    'idle seconds after which a UDP exchange is forgotten (RFC 4787)',
  ),
  icmp: withDefault(
    seconds(60, 'RFC 5508 REQ-2 wants 60 seconds or more'),
    DEFAULT_TIMEOUTS.icmp,
    'idle seconds after which an ICMP query is forgotten (RFC 5508)',
  ),
});

export const DEFAULT_LIMITS = {
  connections: 262_144,
  neighbours: 1024,
  datagrams: 1024,
  fragmentBytes: 4_194_304,
  mounts: 1024,
};

// One datagram of the largest size (RFC 791 section 3.1) must fit.
const LARGEST_DATAGRAM = 65_535;

export const limitsShape = mapping('the limits', {
  connections: withDefault(
    wholeNumber('a number of connections', 1, 16_777_216, DEFAULT_LIMITS.connections),
    DEFAULT_LIMITS.connections,
    'most entries in the cluster connection table',
  ),
  neighbours: withDefault(
    wholeNumber('a number of neighbours', 1, 1_048_576, DEFAULT_LIMITS.neighbours),
    DEFAULT_LIMITS.neighbours,
    'most entries in the neighbour table',
  ),
  datagrams: withDefault(
    wholeNumber('a number of datagrams', 1, 1_048_576, DEFAULT_LIMITS.datagrams),
    DEFAULT_LIMITS.datagrams,
    'most datagrams in fragments that are followed at once',
  ),
  fragmentBytes: withDefault(
    wholeNumber(
      'a number of bytes',
      LARGEST_DATAGRAM,
      1_073_741_824,
      DEFAULT_LIMITS.fragmentBytes,
      'a datagram of the largest size has so many',
    ),
    DEFAULT_LIMITS.fragmentBytes,
    'most bytes of fragments that are held until their datagram is whole',
  ),
  mounts: withDefault(
    wholeNumber('a number of mounts', 1, 1_048_576, DEFAULT_LIMITS.mounts),
    DEFAULT_LIMITS.mounts,
    'most entries in the list of mounts that DUMP tells',
  ),
});
