// The JavaScript reference: which frames could be the pipeline's (assembly/pipeline/sight.ts).

import * as ethernet from '../../../core/wire/layout/ethernet.ts';
import * as ipv4 from '../../../core/wire/layout/ipv4.ts';
import * as tcp from '../../../core/wire/layout/tcp.ts';
import * as udp from '../../../core/wire/layout/udp.ts';
import * as link from '../../../assembly/layout/link.ts';
import type { Words } from './memory.ts';
import { swap16 } from './memory.ts';
import type { Passing } from './passing.ts';

const TURNS = tcp.SYN | tcp.FIN | tcp.RST;
const IPV4 = swap16(ethernet.ETHER_TYPE_IPV4);
const FRAGMENT = swap16(ipv4.FLAG_MORE_FRAGMENTS | ipv4.FRAGMENT_OFFSET_MASK);
const LEAST = ethernet.HEADER_LENGTH + ipv4.MIN_HEADER_LENGTH;

const halves = (word: number): number => (word & 0xffff) + (word >>> 16);

export const sightIn = ({ get8, get16, get32 }: Words, passing: Passing) => {
  const isCalmTcp = (at: number, room: number): boolean => {
    if (room < tcp.MIN_HEADER_LENGTH) return false;
    const header = (get8(at + tcp.DATA_OFFSET) >>> 4) << 2;
    if (header < tcp.MIN_HEADER_LENGTH || header > room) return false;
    return (get8(at + tcp.FLAGS) & TURNS) === 0;
  };

  const isSoundUdp = (at: number, room: number): boolean => {
    if (room < udp.HEADER_LENGTH) return false;
    const length = swap16(get16(at + udp.LENGTH));
    return length >= udp.HEADER_LENGTH && length <= room;
  };

  // The first eight bytes of a frame for the gateway under a mask; a frame lies two bytes beside the words.
  let mask0 = 0;
  let mask2 = 0;
  let mask6 = 0;
  let mac0 = 0;
  let mac2 = 0;
  let mac6 = 0;
  let offloads = false;

  /** What follows comes by a link. */
  const begin = (from: number): void => {
    const unaligned = (at: number): number => get16(at) | (get16(at + 2) << 16);
    mask0 = get16(from + link.MAC_MASK);
    mask2 = unaligned(from + link.MAC_MASK + 2);
    mask6 = get16(from + link.MAC_MASK + 6);
    mac0 = get16(from + link.MAC);
    mac2 = unaligned(from + link.MAC + 2);
    mac6 = get16(from + link.MAC + 6);
    offloads = (get32(from + link.FLAGS) & link.OFFLOADS) !== 0;
  };

  /**
   * What there is to see of the packet in a frame of `length` bytes: its length, its header's in the bits
   * from 16 on, its protocol from 24 on; 0: it goes up.
   */
  const seenAt = (packet: number, length: number): number => {
    if (length < LEAST) return 0;
    const frame = packet - ethernet.HEADER_LENGTH;
    const other =
      ((get16(frame) & mask0) ^ mac0) |
      ((get32(frame + 2) & mask2) ^ mac2) |
      ((get16(frame + 6) & mask6) ^ mac6);
    if (other !== 0) return 0;
    if (get16(frame + ethernet.ETHER_TYPE) !== IPV4) return 0;

    const first = get32(packet);
    const flags = get32(packet + ipv4.IDENTIFICATION);
    const third = get32(packet + ipv4.TTL);
    const header = (first & 15) << 2;
    const total = swap16(first >>> 16);
    if ((first & 0xf0) !== 0x40 || header < ipv4.MIN_HEADER_LENGTH) return 0;
    if (total < header || total > length - ethernet.HEADER_LENGTH) return 0;
    if (((flags >>> 16) & FRAGMENT) !== 0) return 0;
    let sum =
      halves(first) +
      halves(flags) +
      halves(third) +
      halves(get32(packet + ipv4.SOURCE)) +
      halves(get32(packet + ipv4.DESTINATION));
    for (let at: number = ipv4.MIN_HEADER_LENGTH; at < header; at += 4)
      sum += halves(get32(packet + at));
    sum = halves(sum);
    if (halves(sum) !== 0xffff) return 0;

    const protocol = (third >>> 8) & 0xff;
    const transport = packet + header;
    const room = total - header;
    if (protocol === ipv4.PROTOCOL_TCP) {
      if (!isCalmTcp(transport, room)) return 0;
    } else if (protocol !== ipv4.PROTOCOL_UDP || !isSoundUdp(transport, room)) return 0;
    if (offloads && !passing.isOffloadKnown(packet, header, protocol)) return 0;
    return total | (header << 16) | (protocol << 24);
  };

  return { begin, seenAt };
};
