// The frames in which a packet leaves by an exit: itself, or its fragments; and the later fragments of its
// datagram that waited for it (D3).

import type { MacAddress } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u16, u8 } from '../wire/bytes.ts';
import * as layout from '../wire/layout/ipv4.ts';
import type { Rewrite } from '../wire/rewrite.ts';
import { rewritten } from '../wire/rewritten.ts';
import type { Datagram } from '../decision/datagram.ts';
import type { Forwarding, Send } from '../decision/send.ts';
import { fragmentsOf } from '../host/fragmentation.ts';
import type { Exit } from './exit.ts';
import { laterRewrite } from './fragment-exit.ts';

/** An IP packet in a frame: where it starts, and how long it is, bytes. */
interface Extent {
  readonly frame: ReadonlyBytes;
  readonly at: number;
  readonly length: number;
}

/** How the packet leaves by the exit. `destination` is null where frames have no Ethernet header. */
export const forwardingOf = (
  { at, length }: Pick<Extent, 'at' | 'length'>,
  { egress, rewrite }: Exit,
  destination: MacAddress | null,
): Forwarding => ({
  egress: egress.link,
  at,
  length,
  addresses: destination === null ? null : { destination, source: egress.mac },
  rewrite,
});

/** The packet in a frame of its own, or in several where it is larger than the link carries. */
export const sendsOf = (
  packet: Extent,
  exit: Exit,
  destination: MacAddress | null,
): readonly Send[] => {
  const { frame, at, length } = packet;
  const egress = exit.egress.link;
  if (length <= exit.egress.mtu)
    return [{ frame, egress, forwarding: forwardingOf(packet, exit, destination) }];
  const whole = rewritten(frame, at, length, exit.rewrite, null);
  const asItIs: Exit = { ...exit, rewrite: null };
  return fragmentsOf(whole, exit.egress.mtu).map((bytes) => {
    const piece = { at: 0, length: bytes.length };
    return { frame: bytes, egress, forwarding: forwardingOf(piece, asItIs, destination) };
  });
};

/** Whether a packet can pass: it has hops left, and it fits or may be cut. */
const passes = (
  { frame, at, length }: Extent,
  { mtu }: Exit['egress'],
  rewrite: Rewrite | null,
): boolean =>
  u8(frame, at + layout.TTL) > (rewrite?.hops ?? 0) &&
  (length <= mtu || (u16(frame, at + layout.FLAGS_FRAGMENT) & layout.FLAG_DONT_FRAGMENT) === 0);

/** The fragments that waited for the first one, to leave behind it. Of a later one no ICMP error tells. */
export const companionsOf = (
  { held }: Datagram,
  exit: Exit,
  destination: MacAddress | null,
): readonly Send[] =>
  held.flatMap((one) => {
    const rewrite = laterRewrite(one.at, exit.rewrite);
    return passes(one, exit.egress, rewrite) ? sendsOf(one, { ...exit, rewrite }, destination) : [];
  });
