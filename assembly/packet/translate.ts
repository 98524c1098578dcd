// What changes of a sound TCP or UDP packet that the pipeline passes on: one address and one port (A9), and
// the checksums after them; what ./rewrite.ts does to any packet, whole or not.

import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import * as tcp from '../../core/wire/layout/tcp.ts';
import * as udp from '../../core/wire/layout/udp.ts';
import { fold } from './checksum.ts';
import { changed, following } from './rewrite.ts';

/** The partial sum after a difference: it stands there uninverted (linux/virtio_net.h), and ports do not count. */
function followPartial(at: usize, addresses: u32): void {
  store<u16>(at, <u16>fold(<u32>load<u16>(at) + addresses));
}

function followUdp(at: usize, difference: u32): void {
  const before = <u32>load<u16>(at);
  if (before == 0) return;
  const sum = following(before, difference);
  store<u16>(at, <u16>select<u32>(0xffff, sum, sum == 0));
}

/**
 * Puts an address and a port, as they stand in frames, into the packet at `at`, whose header has `header`
 * bytes: the source's or the destination's. `isPartial`: its transport checksum is to be completed yet.
 */
export function translate(
  at: usize,
  header: u32,
  protocol: u32,
  isSource: bool,
  address: u32,
  port: u32,
  isPartial: bool,
): void {
  const addressAt = at + select<usize>(ipv4.SOURCE, ipv4.DESTINATION, isSource);
  const before = load<u32>(addressAt);
  store<u32>(addressAt, address);
  const addresses =
    changed(before & 0xffff, address & 0xffff) + changed(before >>> 16, address >>> 16);
  const headerSum = <u32>load<u16>(at, ipv4.CHECKSUM);
  store<u16>(at, <u16>following(headerSum, addresses), ipv4.CHECKSUM);

  const transport = at + header;
  const portAt = transport + select<usize>(tcp.SOURCE_PORT, tcp.DESTINATION_PORT, isSource);
  const portBefore = <u32>load<u16>(portAt);
  store<u16>(portAt, <u16>port);
  const isTcp = protocol == ipv4.PROTOCOL_TCP;
  const sumAt = transport + select<usize>(tcp.CHECKSUM, udp.CHECKSUM, isTcp);
  if (isPartial) return followPartial(sumAt, addresses);
  const difference = addresses + changed(portBefore, port);
  if (isTcp) store<u16>(sumAt, <u16>following(<u32>load<u16>(sumAt), difference));
  else followUdp(sumAt, difference);
}

/** Takes one off the TTL, which is more than 1. */
export function oneHopOn(at: usize): void {
  // The TTL is the first byte of its word, hence the low one here.
  const before = <u32>load<u16>(at, ipv4.TTL);
  const after = before - 1;
  store<u16>(at, <u16>after, ipv4.TTL);
  const sum = <u32>load<u16>(at, ipv4.CHECKSUM);
  store<u16>(at, <u16>following(sum, changed(before, after)), ipv4.CHECKSUM);
}
