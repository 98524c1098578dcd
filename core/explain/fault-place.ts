// Which check a frame failed, and where: the field that is wrong, its offset, and what stands against it.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u16, u8 } from '../wire/bytes.ts';
import type { FaultName } from '../wire/fault.ts';
import * as arp from '../wire/layout/arp.ts';
import * as ethernet from '../wire/layout/ethernet.ts';
import * as icmp from '../wire/layout/icmp.ts';
import * as ipv4 from '../wire/layout/ipv4.ts';
import * as tcp from '../wire/layout/tcp.ts';
import * as udp from '../wire/layout/udp.ts';
import { checksumText, checksumsOf } from './checksum-state.ts';
import { counted } from './counted.ts';
import type { Framing } from './fields.ts';
import { etherTypeText } from './summary.ts';

/** Offset in the frame, bytes; the sentence says what is wrong there. */
export interface FaultPlace {
  readonly offset: number;
  readonly field: string;
  readonly sentence: string;
}

const place = (offset: number, field: string, sentence: string): FaultPlace => ({
  offset,
  field,
  sentence,
});

const tooShort = (at: number, end: number, header: string, length: number): FaultPlace =>
  place(
    at,
    `${header} header`,
    `ends after ${counted(Math.max(0, end - at), 'byte')} of ${length}`,
  );

const wrongChecksum = (frame: ReadonlyBytes, framing: Framing, field: string): FaultPlace => {
  const state = checksumsOf(frame, framing).find((one) => one.field === field);
  return place(state?.offset ?? 0, field, state === undefined ? 'is wrong' : checksumText(state));
};

/** What is wrong with a fragment: RFC 791 section 3.2, RFC 1858, RFC 3128. */
const fragmentPlace = (
  frame: ReadonlyBytes,
  at: number,
  fault: 'fragment-tiny' | 'fragment-length',
): FaultPlace => {
  const flags = u16(frame, at + ipv4.FLAGS_FRAGMENT);
  const offset = (flags & ipv4.FRAGMENT_OFFSET_MASK) * 8;
  const transportAt = at + (u8(frame, at) & 15) * 4;
  const size = at + u16(frame, at + ipv4.TOTAL_LENGTH) - transportAt;
  const field = 'ipv4.flagsFragment';
  const fieldAt = at + ipv4.FLAGS_FRAGMENT;
  const what = `a fragment of ${counted(size, 'byte')} at offset ${offset}`;
  if (fault === 'fragment-tiny')
    return offset === 0
      ? place(transportAt, 'fragment', `${what} does not hold a whole, sound transport header`)
      : place(fieldAt, field, `${what} would overwrite the TCP header of the first (RFC 3128)`);
  if (size === 0) return place(fieldAt, field, `${what} carries nothing`);
  return (flags & ipv4.FLAG_MORE_FRAGMENTS) !== 0 && size % 8 !== 0
    ? place(fieldAt, field, `${what}: more follow, and that is no multiple of 8`)
    : place(fieldAt, field, `${what} ends behind byte 65535 of the datagram's packet`);
};

/** Where `fault` lies in `frame`, whose content after the Ethernet header starts at `at`. */
export const faultPlace = (
  frame: ReadonlyBytes,
  framing: Framing,
  at: number,
  fault: FaultName,
): FaultPlace => {
  // The place of anything past the IP header; read only for faults that are found after that one is sound.
  const transportAt = (): number => at + (u8(frame, at) & 15) * 4;
  const end = (): number => at + u16(frame, at + ipv4.TOTAL_LENGTH);
  switch (fault) {
    case 'sound':
      return place(0, 'frame', 'nothing is wrong');
    case 'ethernet-truncated':
      return tooShort(0, frame.length, 'Ethernet', ethernet.HEADER_LENGTH);
    case 'ethertype-unknown': {
      const etherType = etherTypeText(u16(frame, ethernet.ETHER_TYPE));
      return place(
        ethernet.ETHER_TYPE,
        'ethernet.etherType',
        `${etherType} is neither IPv4 nor ARP`,
      );
    }
    case 'arp-truncated':
      return tooShort(at, frame.length, 'ARP', arp.LENGTH);
    case 'arp-unsupported':
      return place(at, 'arp', 'is not ARP for IPv4 over Ethernet');
    case 'ipv4-truncated':
      return tooShort(at, frame.length, 'IPv4', ipv4.MIN_HEADER_LENGTH);
    case 'ipv4-version':
      return place(at, 'ipv4.versionIhl', `the version is ${u8(frame, at) >>> 4}`);
    case 'ipv4-header-length':
      return place(
        at,
        'ipv4.versionIhl',
        `the header length is ${(u8(frame, at) & 15) * 4} bytes, less than 20`,
      );
    case 'ipv4-total-length': {
      const total = u16(frame, at + ipv4.TOTAL_LENGTH);
      const header = (u8(frame, at) & 15) * 4;
      const sentence =
        total < header
          ? `${counted(total, 'byte')}, fewer than the header's ${header}`
          : `${counted(total, 'byte')}, but only ${frame.length - at} here`;
      return place(at + ipv4.TOTAL_LENGTH, 'ipv4.totalLength', sentence);
    }
    case 'ipv4-checksum':
      return wrongChecksum(frame, framing, 'ipv4.checksum');
    case 'fragment-tiny':
    case 'fragment-length':
      return fragmentPlace(frame, at, fault);
    case 'icmp-truncated':
      return tooShort(transportAt(), end(), 'ICMP', icmp.HEADER_LENGTH);
    case 'icmp-checksum':
      return wrongChecksum(frame, framing, 'icmp.checksum');
    case 'icmp-quote-truncated':
      return place(
        transportAt() + icmp.HEADER_LENGTH,
        'quoted',
        'the quoted packet is too short, or a later fragment, and so names no connection',
      );
    case 'tcp-truncated':
      return tooShort(transportAt(), end(), 'TCP', tcp.MIN_HEADER_LENGTH);
    case 'tcp-data-offset': {
      const offset = transportAt() + tcp.DATA_OFFSET;
      const length = (u8(frame, offset) >>> 4) * 4;
      const left = end() - transportAt();
      return place(offset, 'tcp.dataOffset', `says ${length} bytes, not 20 to ${left}`);
    }
    case 'tcp-checksum':
      return wrongChecksum(frame, framing, 'tcp.checksum');
    case 'udp-truncated':
      return tooShort(transportAt(), end(), 'UDP', udp.HEADER_LENGTH);
    case 'udp-length': {
      const offset = transportAt() + udp.LENGTH;
      const left = end() - transportAt();
      return place(
        offset,
        'udp.length',
        `says ${counted(u16(frame, offset), 'byte')}, not 8 to ${left}`,
      );
    }
    case 'udp-checksum':
      return wrongChecksum(frame, framing, 'udp.checksum');
  }
};
