// What a frame is, in one line: `tcp 10.90.0.2:51234 > 10.90.0.100:80 SYN`.

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address } from '../wire/address.ts';
import { formatIpv4, formatMac } from '../wire/address.ts';
import type { ArpPacket } from '../wire/arp.ts';
import * as arp from '../wire/arp.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u16, u8 } from '../wire/bytes.ts';
import * as ethernetWire from '../wire/ethernet.ts';
import type { FaultName } from '../wire/fault.ts';
import { SOUND, faultName } from '../wire/fault.ts';
import { isError } from '../wire/icmp.ts';
import { OPERATION_REPLY, OPERATION_REQUEST } from '../wire/layout/arp.ts';
import * as ethernet from '../wire/layout/ethernet.ts';
import * as icmp from '../wire/layout/icmp.ts';
import * as ipv4 from '../wire/layout/ipv4.ts';
import * as tcp from '../wire/layout/tcp.ts';
import * as udp from '../wire/layout/udp.ts';
import type { Packet } from '../wire/packet.ts';
import { packetAt, quotedIn } from '../wire/packet.ts';
import { NO_PORT } from '../wire/rewrite.ts';
import { protocolName } from '../decision/names.ts';
import { counted } from './counted.ts';
import { flagsText } from './field-layout.ts';
import type { Framing } from './fields.ts';

/** A frame as far as it can be read. `at` is where what is behind the Ethernet header starts. */
export type Content =
  | { readonly kind: 'unsound'; readonly at: number; readonly fault: FaultName }
  | { readonly kind: 'foreign'; readonly at: number; readonly etherType: number }
  | { readonly kind: 'arp'; readonly at: number; readonly packet: ArpPacket }
  | { readonly kind: 'ipv4'; readonly at: number; readonly packet: Packet };

const ipv4Content = (frame: ReadonlyBytes, at: number): Content => {
  const packet = packetAt(frame, at);
  return typeof packet === 'number'
    ? { kind: 'unsound', at, fault: faultName(packet) }
    : { kind: 'ipv4', at, packet };
};

export const contentOf = (frame: ReadonlyBytes, framing: Framing): Content => {
  if (framing === 'ip') return ipv4Content(frame, 0);
  const at = ethernet.HEADER_LENGTH;
  const fault = ethernetWire.fault(frame, 0, frame.length);
  if (fault !== SOUND) return { kind: 'unsound', at, fault: faultName(fault) };
  const etherType = u16(frame, ethernet.ETHER_TYPE);
  if (etherType === ethernet.ETHER_TYPE_IPV4) return ipv4Content(frame, at);
  if (etherType !== ethernet.ETHER_TYPE_ARP) return { kind: 'foreign', at, etherType };
  const decoded = arp.decode(frame, at, frame.length);
  return E.isLeft(decoded)
    ? { kind: 'unsound', at, fault: decoded.left }
    : { kind: 'arp', at, packet: decoded.right };
};

const etherTypes: Readonly<Record<number, string>> = {
  [ethernet.ETHER_TYPE_IPV6]: ' (IPv6)',
  0x8100: ' (VLAN)',
  0x88cc: ' (LLDP)',
};

/** `0x86dd (IPv6)`. */
export const etherTypeText = (etherType: number): string =>
  `0x${etherType.toString(16).padStart(4, '0')}${etherTypes[etherType] ?? ''}`;

const arpText = ({ operation, senderAddress, senderMac, targetAddress }: ArpPacket): string => {
  const sender = formatIpv4(senderAddress);
  if (operation === OPERATION_REPLY) return `arp ${sender} is at ${formatMac(senderMac)}`;
  if (operation !== OPERATION_REQUEST) return `arp operation ${operation} from ${sender}`;
  return senderAddress === targetAddress
    ? `arp ${sender} announces ${formatMac(senderMac)}`
    : `arp who has ${formatIpv4(targetAddress)}, asks ${sender}`;
};

const endpoints = (
  source: Ipv4Address,
  sourcePort: number,
  destination: Ipv4Address,
  destinationPort: number,
): string => {
  const ported = (address: Ipv4Address, port: number): string =>
    port === NO_PORT ? formatIpv4(address) : `${formatIpv4(address)}:${port}`;
  return `${ported(source, sourcePort)} > ${ported(destination, destinationPort)}`;
};

const dataText = (length: number): string =>
  length === 0 ? '' : `, ${counted(length, 'byte')} of data`;

const errorNames: Readonly<Record<number, string>> = {
  [icmp.DESTINATION_UNREACHABLE]: 'destination unreachable',
  [icmp.SOURCE_QUENCH]: 'source quench',
  [icmp.REDIRECT]: 'redirect',
  [icmp.TIME_EXCEEDED]: 'time exceeded',
  [icmp.PARAMETER_PROBLEM]: 'parameter problem',
};

const icmpText = (frame: ReadonlyBytes, packet: Packet): string => {
  const { transportAt, icmpType: type } = packet;
  const pair = endpoints(packet.source, NO_PORT, packet.destination, NO_PORT);
  const isRequest = type === icmp.ECHO_REQUEST;
  if (isRequest || type === icmp.ECHO_REPLY) {
    const identifier = u16(frame, transportAt + icmp.IDENTIFIER);
    const sequence = u16(frame, transportAt + icmp.SEQUENCE);
    const what = isRequest ? 'echo request' : 'echo reply';
    return `icmp ${pair} ${what}, identifier ${identifier}, sequence ${sequence}`;
  }
  const code = u8(frame, transportAt + icmp.CODE);
  if (!isError(type)) return `icmp ${pair} type ${type} code ${code}`;
  const quoted = quotedIn(frame, packet);
  const about =
    typeof quoted === 'number'
      ? 'about a packet that cannot be read'
      : `about ${protocolName(quoted.protocol)} ${endpoints(
          quoted.source,
          quoted.sourcePort,
          quoted.destination,
          quoted.destinationPort,
        )}`;
  return `icmp ${pair} ${errorNames[type] ?? 'error'} (code ${code}) ${about}`;
};

const packetText = (frame: ReadonlyBytes, packet: Packet): string => {
  const { at, length, transportAt, protocol, source, destination } = packet;
  const name = protocolName(protocol);
  const end = at + length;
  if (packet.fragment) {
    const field = u16(frame, at + ipv4.FLAGS_FRAGMENT);
    const offset = (field & ipv4.FRAGMENT_OFFSET_MASK) * 8;
    const which = (field & ipv4.FLAG_MORE_FRAGMENTS) === 0 ? 'last fragment' : 'fragment';
    const identification = u16(frame, at + ipv4.IDENTIFICATION);
    const pair = endpoints(source, packet.sourcePort, destination, packet.destinationPort);
    return `${name} ${pair} ${which} at ${offset} of packet ${identification}${dataText(end - transportAt)}`;
  }
  if (protocol === ipv4.PROTOCOL_ICMP) return icmpText(frame, packet);
  const pair = endpoints(source, packet.sourcePort, destination, packet.destinationPort);
  if (protocol === ipv4.PROTOCOL_TCP) {
    const headerLength = (u8(frame, transportAt + tcp.DATA_OFFSET) >>> 4) * 4;
    const data = dataText(end - transportAt - headerLength);
    return `tcp ${pair} ${flagsText(packet.tcpFlags)}${data}`;
  }
  const headerLength = protocol === ipv4.PROTOCOL_UDP ? udp.HEADER_LENGTH : 0;
  return `${name} ${pair}${dataText(end - transportAt - headerLength)}`;
};

/** The frame in one line. */
export const summaryOf = (frame: ReadonlyBytes, framing: Framing): string => {
  const content = contentOf(frame, framing);
  switch (content.kind) {
    case 'unsound':
      return `unsound: ${content.fault.replaceAll('-', ' ')}, ${counted(frame.length, 'byte')}`;
    case 'foreign':
      return `EtherType ${etherTypeText(content.etherType)}, ${counted(frame.length, 'byte')}`;
    case 'arp':
      return arpText(content.packet);
    case 'ipv4':
      return packetText(frame, content.packet);
  }
};
