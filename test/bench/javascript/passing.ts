// The JavaScript reference: what is done to a packet that is passed on (assembly: translate.ts, hop.ts,
// offload.ts).

import * as hop from '../../../assembly/layout/hop.ts';
import * as offload from '../../../assembly/layout/offload.ts';
import * as slot from '../../../assembly/layout/slot.ts';
import * as ethernet from '../../../core/wire/layout/ethernet.ts';
import * as ipv4 from '../../../core/wire/layout/ipv4.ts';
import * as tcp from '../../../core/wire/layout/tcp.ts';
import * as udp from '../../../core/wire/layout/udp.ts';
import type { Places } from '../places.ts';
import type { Words } from './memory.ts';

const BEFORE = slot.PACKET - slot.OFFLOAD;

const fold = (sum: number): number => {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
};

/** The difference that one word makes (RFC 1624). */
const changed = (before: number, after: number): number =>
  before === after ? 0 : (before ^ 0xffff) + after;

const following = (before: number, difference: number): number =>
  fold((before ^ 0xffff) + difference) ^ 0xffff;

export type Passing = ReturnType<typeof passingIn>;

export const passingIn = (words: Words, places: Places) => {
  const { get8, get16, get32, getDouble, put16, put32 } = words;

  const hopAt = (index: number): number => places.hops + index * hop.SIZE;
  const gsoType = (packet: number): number =>
    get8(packet - BEFORE + offload.GSO_TYPE) & ~offload.GSO_ECN;
  const isPartial = (packet: number): boolean =>
    (get8(packet - BEFORE + offload.FLAGS) & offload.NEEDS_CHECKSUM) !== 0;

  const isOffloadKnown = (packet: number, header: number, protocol: number): boolean => {
    const isTcp = protocol === ipv4.PROTOCOL_TCP;
    const type = gsoType(packet);
    if (!isPartial(packet)) return type === offload.GSO_NONE;
    const start = get16(packet - BEFORE + offload.CHECKSUM_START);
    const field = get16(packet - BEFORE + offload.CHECKSUM_OFFSET);
    if (start !== ethernet.HEADER_LENGTH + header) return false;
    if (field !== (isTcp ? tcp.CHECKSUM : udp.CHECKSUM)) return false;
    if (type === offload.GSO_NONE) return true;
    if (get16(packet - BEFORE + offload.GSO_SIZE) === 0) return false;
    return type === (isTcp ? offload.GSO_TCP_IPV4 : offload.GSO_UDP);
  };

  const longestPiece = (packet: number, header: number, protocol: number, total: number) => {
    if (gsoType(packet) === offload.GSO_NONE) return total;
    const transport =
      protocol === ipv4.PROTOCOL_TCP
        ? (get8(packet + header + tcp.DATA_OFFSET) >>> 4) << 2
        : udp.HEADER_LENGTH;
    return Math.min(total, header + transport + get16(packet - BEFORE + offload.GSO_SIZE));
  };

  const translate = (
    packet: number,
    header: number,
    protocol: number,
    isSource: boolean,
    address: number,
    port: number,
    isLeftUndone: boolean,
  ): void => {
    const addressAt = packet + (isSource ? ipv4.SOURCE : ipv4.DESTINATION);
    const before = get32(addressAt);
    put32(addressAt, address);
    const addresses =
      changed(before & 0xffff, address & 0xffff) + changed(before >>> 16, address >>> 16);
    const headerSum = packet + ipv4.CHECKSUM;
    put16(headerSum, following(get16(headerSum), addresses));

    const transport = packet + header;
    const portAt = transport + (isSource ? tcp.SOURCE_PORT : tcp.DESTINATION_PORT);
    const portBefore = get16(portAt);
    put16(portAt, port);
    const isTcp = protocol === ipv4.PROTOCOL_TCP;
    const sumAt = transport + (isTcp ? tcp.CHECKSUM : udp.CHECKSUM);
    const sum = get16(sumAt);
    if (isLeftUndone) return put16(sumAt, fold(sum + addresses));
    if (!isTcp && sum === 0) return;
    const after = following(sum, addresses + changed(portBefore, port));
    put16(sumAt, !isTcp && after === 0 ? 0xffff : after);
  };

  /** Takes one off the TTL, which is more than 1. */
  const oneHopOn = (packet: number): void => {
    const before = get16(packet + ipv4.TTL);
    put16(packet + ipv4.TTL, before - 1);
    const sumAt = packet + ipv4.CHECKSUM;
    put16(sumAt, following(get16(sumAt), changed(before, before - 1)));
  };

  /** Whether a packet of `total` bytes can go to a hop at once; `offloads`: it may be for its device to end. */
  const canReach = (
    index: number,
    packet: number,
    header: number,
    protocol: number,
    total: number,
    offloads: boolean,
    now: number,
  ): boolean => {
    const to = hopAt(index);
    if (index === 0 || !(now < getDouble(to + hop.BELIEVED_UNTIL))) return false;
    const mtu = get32(to + hop.MTU);
    if (!offloads) return total <= mtu;
    if (longestPiece(packet, header, protocol, total) > mtu) return false;
    const isPlain = !isPartial(packet) && gsoType(packet) === offload.GSO_NONE;
    return isPlain || get8(to + hop.OFFLOADS) !== 0;
  };

  /** Sends it; returns the link that it leaves by. */
  const sendTo = (index: number, packet: number, offloads: boolean): number => {
    const to = hopAt(index) + hop.HEADER;
    const frame = packet - ethernet.HEADER_LENGTH;
    // A frame lies two bytes beside the words.
    put16(frame, get16(to));
    put32(frame + 2, get16(to + 2) | (get16(to + 4) << 16) | 0);
    put32(frame + 6, get16(to + 6) | (get16(to + 8) << 16) | 0);
    put32(frame + 10, get16(to + 10) | (get16(to + 12) << 16) | 0);
    if (!offloads && get8(hopAt(index) + hop.OFFLOADS) !== 0)
      for (let at = 0; at < offload.LENGTH; at += 2) put16(packet - BEFORE + at, 0);
    return get16(hopAt(index) + hop.EGRESS);
  };

  return { hopAt, isPartial, isOffloadKnown, translate, oneHopOn, canReach, sendTo };
};
