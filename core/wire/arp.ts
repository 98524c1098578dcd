// ARP packets for IPv4 over Ethernet: RFC 826.

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address, MacAddress } from './address.ts';
import { ipv4, mac } from './address.ts';
import type { ReadonlyBytes } from './bytes.ts';
import { put16, put32, put48, u16, u32, u48, u8 } from './bytes.ts';
import type { FaultCode, FaultName } from './fault.ts';
import { ARP_TRUNCATED, ARP_UNSUPPORTED, SOUND, faultName } from './fault.ts';
import * as layout from './layout/arp.ts';

const MAC_LENGTH = 6;
const IPV4_LENGTH = 4;

export interface ArpPacket {
  readonly operation: number;
  readonly senderMac: MacAddress;
  readonly senderAddress: Ipv4Address;
  readonly targetMac: MacAddress;
  readonly targetAddress: Ipv4Address;
}

/**
 * What is wrong with the packet from `at` up to `end`; 0 when all of it can be read. Bytes after it are
 * Ethernet padding. Kinds of address come before the length, as other kinds have other lengths.
 */
export const fault = (bytes: ReadonlyBytes, at: number, end: number): FaultCode => {
  if (end - at < layout.SENDER_MAC) return ARP_TRUNCATED;
  if (
    u16(bytes, at + layout.HARDWARE_TYPE) !== layout.HARDWARE_ETHERNET ||
    u16(bytes, at + layout.PROTOCOL_TYPE) !== layout.PROTOCOL_IPV4 ||
    u8(bytes, at + layout.HARDWARE_LENGTH) !== MAC_LENGTH ||
    u8(bytes, at + layout.PROTOCOL_LENGTH) !== IPV4_LENGTH
  )
    return ARP_UNSUPPORTED;
  return end - at < layout.LENGTH ? ARP_TRUNCATED : SOUND;
};

export const decode = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
): E.Either<FaultName, ArpPacket> => {
  const code = fault(bytes, at, end);
  if (code !== SOUND) return E.left(faultName(code));
  return E.right({
    operation: u16(bytes, at + layout.OPERATION),
    senderMac: mac(u48(bytes, at + layout.SENDER_MAC)),
    senderAddress: ipv4(u32(bytes, at + layout.SENDER_ADDRESS)),
    targetMac: mac(u48(bytes, at + layout.TARGET_MAC)),
    targetAddress: ipv4(u32(bytes, at + layout.TARGET_ADDRESS)),
  });
};

/** The packet's 28 bytes, without Ethernet header and padding. */
export const encode = (packet: ArpPacket): Uint8Array => {
  const bytes = new Uint8Array(layout.LENGTH);
  put16(bytes, layout.HARDWARE_TYPE, layout.HARDWARE_ETHERNET);
  put16(bytes, layout.PROTOCOL_TYPE, layout.PROTOCOL_IPV4);
  bytes[layout.HARDWARE_LENGTH] = MAC_LENGTH;
  bytes[layout.PROTOCOL_LENGTH] = IPV4_LENGTH;
  put16(bytes, layout.OPERATION, packet.operation);
  put48(bytes, layout.SENDER_MAC, packet.senderMac);
  put32(bytes, layout.SENDER_ADDRESS, packet.senderAddress);
  put48(bytes, layout.TARGET_MAC, packet.targetMac);
  put32(bytes, layout.TARGET_ADDRESS, packet.targetAddress);
  return bytes;
};
