// A packet in its frame as a station sends it, plain or with something that is not as usual.

import type { Twist } from '../arbitraries/conversations.ts';
import type { Ipv4Address, MacAddress } from '../../core/wire/address.ts';
import { put16, put48 } from '../../core/wire/bytes.ts';
import * as ipv4 from '../../core/wire/ipv4.ts';
import { TCP } from '../core/switch/laboratory.ts';
import { naiveSum } from '../core/wire/naive-checksum.ts';

const HEADER = 20;
const CHECKSUM = 10;

export interface Sent {
  /** Null where frames have no Ethernet header. */
  readonly ethernet: { readonly destination: MacAddress; readonly source: MacAddress } | null;
  readonly identification: number;
  readonly protocol: number;
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  /** The TCP segment or UDP datagram. */
  readonly transport: Uint8Array;
}

const ADDRESSES = { another: 0x02deadbeef00, 'a group': 0x01005e000001 } as const;

/** The packet of `sent` in bytes. */
const packetOf = (
  { identification, protocol, source, destination, transport }: Sent,
  twist: Twist,
): Uint8Array => {
  const { ttl = 61, options = new Uint8Array(0), piece, transportChecksum } = twist;
  const payload = transport.slice();
  if (transportChecksum !== undefined) put16(payload, protocol === TCP ? 16 : 6, transportChecksum);
  const eighths = payload.length - (payload.length % 8);
  const packet = ipv4.encode({
    typeOfService: 0,
    identification,
    dontFragment: twist.mayFragment !== true && piece === undefined,
    moreFragments: piece === 'first',
    fragmentOffset: piece === 'later' ? 24 : 0,
    ttl,
    protocol,
    source,
    destination,
    options,
    payload: piece === 'first' ? payload.subarray(0, eighths) : payload,
  });
  if (twist.headerChecksum === 'wrong') packet[CHECKSUM] = (packet[CHECKSUM] ?? 0) ^ 1;
  if (twist.headerChecksum === 'without options') {
    put16(packet, CHECKSUM, 0);
    put16(packet, CHECKSUM, naiveSum(packet.subarray(0, HEADER)) ^ 0xffff);
  }
  return packet;
};

/** The frame. */
export const framed = (sent: Sent, twist: Twist): Uint8Array => {
  const packet = packetOf(sent, twist);
  const { padding = 0, missing = 0, to, from } = twist;
  const before = sent.ethernet === null ? 0 : 14;
  const frame = new Uint8Array(before + packet.length + padding).fill(0xee);
  frame.set(packet, before);
  if (sent.ethernet !== null) {
    put48(frame, 0, to === undefined ? sent.ethernet.destination : ADDRESSES[to]);
    put48(frame, 6, from === undefined ? sent.ethernet.source : ADDRESSES[from]);
    put16(frame, 12, 0x0800);
  }
  return frame.subarray(0, Math.max(before, frame.length - missing));
};
