// Packets of the gateway's own: wrapped for the link that the question came by, and sent back there.

import type { Ipv4Address } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u16 } from '../wire/bytes.ts';
import * as ethernet from '../wire/ethernet.ts';
import { ETHER_TYPE_IPV4 } from '../wire/layout/ethernet.ts';
import * as layout from '../wire/layout/ipv4.ts';
import type { Arrival } from '../decision/arrival.ts';
import { senderMac } from '../decision/arrival.ts';
import type { Send } from '../decision/send.ts';
import { fragmentsOf } from './fragmentation.ts';
import { packetOf } from './own-packet.ts';

/** A packet in a frame, back to where `arrival` came from. */
const framed = ({ frame, ingress }: Arrival, bytes: Uint8Array): Send => ({
  egress: ingress.link,
  forwarding: null,
  frame:
    ingress.framing === 'ip'
      ? bytes
      : ethernet.encode({
          destination: senderMac(frame),
          source: ingress.mac,
          etherType: ETHER_TYPE_IPV4,
          payload: bytes,
        }),
});

/** A packet from `source` to the sender of `arrival`, back by the link and the MAC address it came from. */
export const reply = (
  arrival: Arrival,
  source: Ipv4Address,
  protocol: number,
  payload: ReadonlyBytes,
): Send =>
  framed(arrival, packetOf({ source, destination: arrival.packet.source, protocol, payload }));

/** The same for an answer that may be larger than the link carries: one packet, or its fragments. */
export const replies = (
  arrival: Arrival,
  source: Ipv4Address,
  protocol: number,
  payload: ReadonlyBytes,
): readonly Send[] => {
  const { ingress, packet, frame } = arrival;
  const own = { source, destination: packet.source, protocol, payload };
  const atomic = packetOf(own);
  if (atomic.length <= ingress.mtu) return [framed(arrival, atomic)];
  // The identification of the question: as unique towards its sender as theirs are; and never 0.
  const identification = u16(frame, packet.at + layout.IDENTIFICATION) || 1;
  return fragmentsOf(packetOf(own, identification), ingress.mtu).map((piece) =>
    framed(arrival, piece),
  );
};
