// Which queue of a device a frame belongs to: that of the host outside, whose address stays the same in both
// directions, whatever else is rewritten. What this says of a frame, the kernel does by a program (program.ts).

import { hashText } from '../../core/decision/keyed-hash.ts';
import type { Topology } from '../../core/decision/topology.ts';
import { FIRST_NETWORK, INTERCONNECT, interconnect } from '../../core/decision/topology.ts';
import type { Ipv4Address } from '../../core/wire/address.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { u16, u32, u8 } from '../../core/wire/bytes.ts';
import * as ethernet from '../../core/wire/layout/ethernet.ts';
import * as icmp from '../../core/wire/layout/icmp.ts';
import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import type { Framing } from '../device.ts';

/** How the frames that a link's device gives are shared out. */
export interface Rule {
  readonly framing: Framing;
  /** Which end of a packet is the host outside: of what comes from a network its source. */
  readonly host: 'source' | 'destination';
  /** What is sent to this address is for the gateway itself, and so for the first queue; null: there is none. */
  readonly own: Ipv4Address | null;
  /** What no outsider knows, or he could choose whose queue he fills: 32 bits. */
  readonly key: number;
}

/** The rules of the links, by link. */
export const rulesOf = (topology: Topology): readonly (Rule | null)[] =>
  topology.links.map((link): Rule | null =>
    link === null
      ? null
      : {
          framing: link.framing,
          host: link.link < FIRST_NETWORK ? 'destination' : 'source',
          own: link.link === INTERCONNECT ? interconnect(topology).address.address : null,
          key: hashText(topology.hashKey, 'steering'),
        },
  );

/** Types of ICMP whose messages quote the packet that they are about (RFC 1122 section 3.2.2). */
export const QUOTING: readonly number[] = [
  icmp.DESTINATION_UNREACHABLE,
  icmp.SOURCE_QUENCH,
  icmp.REDIRECT,
  icmp.TIME_EXCEEDED,
  icmp.PARAMETER_PROBLEM,
];

/** Whether any bit is set, the packet is a fragment: what it quotes may lie in another. */
export const FRAGMENT = ipv4.FLAG_MORE_FRAGMENTS | ipv4.FRAGMENT_OFFSET_MASK;

/** The finalizer of MurmurHash3 (Austin Appleby, public domain): every bit of the address changes half of the result's. */
const mixed = (address: number, key: number): number => {
  let hash = address ^ key;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, FIRST_FACTOR);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, SECOND_FACTOR);
  return (hash ^ (hash >>> 16)) >>> 0;
};
export const FIRST_FACTOR = 0x85ebca6b;
export const SECOND_FACTOR = 0xc2b2ae35;

const reaches = (frame: ReadonlyBytes, at: number, bytes: number): boolean =>
  at + bytes <= frame.length;

/** The address of the host outside that a packet at `at` is from, to, or about; null: of nobody's. */
const hostOf = (frame: ReadonlyBytes, at: number, { host, own }: Rule): number | null => {
  if (!reaches(frame, at, 1) || u8(frame, at) >>> 4 !== 4) return null;
  if (!reaches(frame, at + ipv4.DESTINATION, 4)) return null;
  const destination = u32(frame, at + ipv4.DESTINATION);
  if (host === 'destination') return destination === own ? null : destination;
  const source = u32(frame, at + ipv4.SOURCE);
  if (u8(frame, at + ipv4.PROTOCOL) !== ipv4.PROTOCOL_ICMP) return source;
  if ((u16(frame, at + ipv4.FLAGS_FRAGMENT) & FRAGMENT) !== 0) return source;
  const transportAt = at + (u8(frame, at) & 15) * 4;
  if (!reaches(frame, transportAt, 1)) return null;
  if (!QUOTING.includes(u8(frame, transportAt))) return source;
  const quotedAt = transportAt + icmp.HEADER_LENGTH + ipv4.DESTINATION;
  return reaches(frame, quotedAt, 4) ? u32(frame, quotedAt) : null;
};

/** The number that chooses a frame's queue: modulo their count. What has no host outside has 0. */
export const numberOf = (rule: Rule, frame: ReadonlyBytes): number => {
  const isBare = rule.framing === 'ip';
  if (!isBare) {
    if (!reaches(frame, ethernet.ETHER_TYPE, 2)) return 0;
    if (u16(frame, ethernet.ETHER_TYPE) !== ethernet.ETHER_TYPE_IPV4) return 0;
  }
  const address = hostOf(frame, isBare ? 0 : ethernet.HEADER_LENGTH, rule);
  return address === null ? 0 : mixed(address, rule.key);
};
