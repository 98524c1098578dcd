// Which frames could be the pipeline's: whole, sound TCP and UDP packets for the gateway. All others go up. Faults: core/wire/packet.ts.

import * as ethernet from '../../core/wire/layout/ethernet.ts';
import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import * as tcp from '../../core/wire/layout/tcp.ts';
import * as udp from '../../core/wire/layout/udp.ts';
import { hasOffloads, ingress } from './areas.ts';
import { fold } from '../packet/checksum.ts';
import * as link from '../layout/link.ts';
import { isOffloadKnown } from '../packet/offload.ts';

/** Packets with these flags may change what their connection is: each is decided. */
const TURNS = tcp.SYN | tcp.FIN | tcp.RST;
const LEAST_IHL: u32 = ipv4.MIN_HEADER_LENGTH >> 2;
const LONGEST_IHL: u32 = ipv4.MAX_HEADER_LENGTH >> 2;
const LEAST_VERSION_IHL: u32 = (4 << 4) | LEAST_IHL;
const FRAGMENT = ipv4.FLAG_MORE_FRAGMENTS | ipv4.FRAGMENT_OFFSET_MASK;
const IPV4_HEADER: u32 = ipv4.MIN_HEADER_LENGTH;
const TCP_HEADER: u32 = tcp.MIN_HEADER_LENGTH;
const UDP_HEADER: u32 = udp.HEADER_LENGTH;
const LEAST: u32 = ethernet.HEADER_LENGTH + ipv4.MIN_HEADER_LENGTH;

/** The ones' complement sum of all that is in a wide sum of words: 0xffff where the checksum is right. */
function folded(sum: u64): u32 {
  return fold(<u32>((sum + rotl<u64>(sum, 32)) >>> 32));
}

/** The sum of the options behind the fixed part of a header. */
function optionsSum(at: usize, header: u32): u64 {
  let sum: u64 = 0;
  for (let offset: u32 = IPV4_HEADER; offset < header; offset += 4) sum += load<u32>(at + offset);
  return sum;
}

/** Whether a TCP header is all there, in `room` bytes, and turns nothing. */
function isCalmTcp(at: usize, room: u32): bool {
  if (room < TCP_HEADER) return false;
  // The flags stand right behind the byte whose upper half says how many words the header has.
  const word = <u32>load<u16>(at, tcp.DATA_OFFSET);
  const header = (word & 0xf0) >>> 2;
  return header >= TCP_HEADER && header <= room && (word & (TURNS << 8)) == 0;
}

function isSoundUdp(at: usize, room: u32): bool {
  if (room < UDP_HEADER) return false;
  const length = <u32>bswap<u16>(load<u16>(at, udp.LENGTH));
  return length >= UDP_HEADER && length <= room;
}

// What is kept of a packet that was seen: its total length in the low half, then the length of its header,
// then its protocol; 0: it goes up.
export function totalOf(seen: u32): u32 {
  return seen & 0xffff;
}

/** Bytes. */
export function headerOf(seen: u32): u32 {
  return (seen >>> 16) & 0xff;
}

export function protocolOf(seen: u32): u32 {
  return seen >>> 24;
}

/** What there is to see of the packet at `at`, in a frame of `length` bytes that came by the ingress. */
export function seenAt(at: usize, length: u32): u32 {
  if (length < LEAST) return 0;
  const frame = at - ethernet.HEADER_LENGTH;
  const towards = load<u64>(frame) & load<u64>(ingress, link.MAC_MASK);
  if (towards != load<u64>(ingress, link.MAC)) return 0;
  if (load<u16>(frame, ethernet.ETHER_TYPE) != bswap<u16>(<u16>ethernet.ETHER_TYPE_IPV4)) return 0;

  const first = load<u64>(at);
  const second = load<u64>(at, ipv4.TTL);
  const destination = load<u32>(at, ipv4.DESTINATION);
  const header = ((<u32>first) & 15) << 2;
  const total = <u32>bswap<u16>(<u16>(first >>> (ipv4.TOTAL_LENGTH * 8)));
  // One comparison for the version and the least length of the header.
  if (((<u32>first) & 0xff) - LEAST_VERSION_IHL > LONGEST_IHL - LEAST_IHL) return 0;
  if (total < header || total > length - ethernet.HEADER_LENGTH) return 0;
  if (((<u16>(first >>> (ipv4.FLAGS_FRAGMENT * 8))) & bswap<u16>(<u16>FRAGMENT)) != 0) return 0;
  let sum = (first & 0xffffffff) + (first >>> 32) + (second & 0xffffffff) + (second >>> 32);
  sum += destination;
  if (header > IPV4_HEADER) sum += optionsSum(at, header);
  if (folded(sum) != 0xffff) return 0;

  const protocol = (<u32>(second >>> ((ipv4.PROTOCOL - ipv4.TTL) * 8))) & 0xff;
  const transport = at + header;
  const room = total - header;
  if (protocol == ipv4.PROTOCOL_TCP) {
    if (!isCalmTcp(transport, room)) return 0;
  } else if (protocol != ipv4.PROTOCOL_UDP || !isSoundUdp(transport, room)) return 0;
  if (hasOffloads && !isOffloadKnown(at, header, protocol)) return 0;
  return total | (header << 16) | (protocol << 24);
}
