// The fields of each header with their names: offsets from the layouts, lengths, and how values are written.

import { formatIpv4, formatMac, ipv4 as ipv4Address, mac } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u16, u32, u48, u8 } from '../wire/bytes.ts';
import * as arp from '../wire/layout/arp.ts';
import * as ethernet from '../wire/layout/ethernet.ts';
import * as icmp from '../wire/layout/icmp.ts';
import * as ipv4 from '../wire/layout/ipv4.ts';
import * as tcp from '../wire/layout/tcp.ts';
import * as udp from '../wire/layout/udp.ts';
import { counted } from './counted.ts';

/** How the bytes of a field, which are all there, are written for people. */
export type Writing = (bytes: ReadonlyBytes) => string;

/** Name within its header, offset from the header's start, length in bytes. */
export interface FieldLayout {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly text: Writing;
}

/** `0a5b`: bytes in hexadecimal, nothing between them. */
export const hexText: Writing = (bytes) =>
  Array.from({ length: bytes.length }, (_, at) => u8(bytes, at).toString(16).padStart(2, '0')).join(
    '',
  );

const macText: Writing = (bytes) => formatMac(mac(u48(bytes, 0)));
const addressText: Writing = (bytes) => formatIpv4(ipv4Address(u32(bytes, 0)));
const number8: Writing = (bytes) => String(u8(bytes, 0));
const number16: Writing = (bytes) => String(u16(bytes, 0));
const number32: Writing = (bytes) => String(u32(bytes, 0));
const hex: Writing = (bytes) => `0x${hexText(bytes)}`;
/** What is not shown byte by byte. */
export const countText: Writing = (bytes) => counted(bytes.length, 'byte');

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [tcp.SYN, 'SYN'],
  [tcp.FIN, 'FIN'],
  [tcp.RST, 'RST'],
  [tcp.PSH, 'PSH'],
  [tcp.ACK, 'ACK'],
  [tcp.URG, 'URG'],
  [tcp.ECE, 'ECE'],
  [tcp.CWR, 'CWR'],
];

/** `SYN ACK` of TCP flags. */
export const flagsText = (flags: number): string =>
  FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0)
    .map(([, name]) => name)
    .join(' ') || 'no flags';

const fragmentText: Writing = (bytes) => {
  const field = u16(bytes, 0);
  const flags = [
    ...((field & ipv4.FLAG_DONT_FRAGMENT) === 0 ? [] : ['DF']),
    ...((field & ipv4.FLAG_MORE_FRAGMENTS) === 0 ? [] : ['MF']),
    `offset ${(field & ipv4.FRAGMENT_OFFSET_MASK) * 8}`,
  ];
  return flags.join(' ');
};

const field = (name: string, offset: number, length: number, text: Writing): FieldLayout => ({
  name,
  offset,
  length,
  text,
});

export const ETHERNET_FIELDS: readonly FieldLayout[] = [
  field('destination', ethernet.DESTINATION, 6, macText),
  field('source', ethernet.SOURCE, 6, macText),
  field('etherType', ethernet.ETHER_TYPE, 2, hex),
];

export const ARP_FIELDS: readonly FieldLayout[] = [
  field('hardwareType', arp.HARDWARE_TYPE, 2, number16),
  field('protocolType', arp.PROTOCOL_TYPE, 2, hex),
  field('hardwareLength', arp.HARDWARE_LENGTH, 1, number8),
  field('protocolLength', arp.PROTOCOL_LENGTH, 1, number8),
  field('operation', arp.OPERATION, 2, number16),
  field('senderMac', arp.SENDER_MAC, 6, macText),
  field('senderAddress', arp.SENDER_ADDRESS, 4, addressText),
  field('targetMac', arp.TARGET_MAC, 6, macText),
  field('targetAddress', arp.TARGET_ADDRESS, 4, addressText),
];

export const IPV4_FIELDS: readonly FieldLayout[] = [
  field('versionIhl', ipv4.VERSION_IHL, 1, hex),
  field('typeOfService', ipv4.TYPE_OF_SERVICE, 1, number8),
  field('totalLength', ipv4.TOTAL_LENGTH, 2, number16),
  field('identification', ipv4.IDENTIFICATION, 2, number16),
  field('flagsFragment', ipv4.FLAGS_FRAGMENT, 2, fragmentText),
  field('ttl', ipv4.TTL, 1, number8),
  field('protocol', ipv4.PROTOCOL, 1, number8),
  field('checksum', ipv4.CHECKSUM, 2, hex),
  field('source', ipv4.SOURCE, 4, addressText),
  field('destination', ipv4.DESTINATION, 4, addressText),
];

export const TCP_FIELDS: readonly FieldLayout[] = [
  field('sourcePort', tcp.SOURCE_PORT, 2, number16),
  field('destinationPort', tcp.DESTINATION_PORT, 2, number16),
  field('sequence', tcp.SEQUENCE, 4, number32),
  field('acknowledgement', tcp.ACKNOWLEDGEMENT, 4, number32),
  field('dataOffset', tcp.DATA_OFFSET, 1, hex),
  field('flags', tcp.FLAGS, 1, (bytes) => flagsText(u8(bytes, 0))),
  field('window', tcp.WINDOW, 2, number16),
  field('checksum', tcp.CHECKSUM, 2, hex),
  field('urgentPointer', tcp.URGENT_POINTER, 2, number16),
];

export const UDP_FIELDS: readonly FieldLayout[] = [
  field('sourcePort', udp.SOURCE_PORT, 2, number16),
  field('destinationPort', udp.DESTINATION_PORT, 2, number16),
  field('length', udp.LENGTH, 2, number16),
  field('checksum', udp.CHECKSUM, 2, hex),
];

export const ICMP_FIELDS: readonly FieldLayout[] = [
  field('type', icmp.TYPE, 1, number8),
  field('code', icmp.CODE, 1, number8),
  field('checksum', icmp.CHECKSUM, 2, hex),
];

export const ICMP_ECHO_FIELDS: readonly FieldLayout[] = [
  field('identifier', icmp.IDENTIFIER, 2, number16),
  field('sequence', icmp.SEQUENCE, 2, number16),
];

export const ICMP_REST_FIELDS: readonly FieldLayout[] = [field('rest', icmp.REST, 4, hex)];
