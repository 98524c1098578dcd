// Packets of the gateway's own: wrapped for the link that the question came by, and sent back there.

import type { Ipv4Address } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import * as ethernet from '../wire/ethernet.ts';
import * as ipv4 from '../wire/ipv4.ts';
import { ETHER_TYPE_IPV4 } from '../wire/layout/ethernet.ts';
import type { Arrival } from '../decision/arrival.ts';
import { senderMac } from '../decision/arrival.ts';
import type { Send } from '../decision/send.ts';

/** RFC 1700: the default time to live. */
const DEFAULT_TTL = 64;

/** A packet from `source` to the sender of `arrival`, back by the link and the MAC address it came from. */
export const reply = (
  { frame, ingress, packet }: Arrival,
  source: Ipv4Address,
  protocol: number,
  payload: ReadonlyBytes,
): Send => {
  const bytes = ipv4.encode({
    typeOfService: 0,
    // An atomic datagram: it is never cut, so its identification means nothing (RFC 6864 section 4.1).
    identification: 0,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: DEFAULT_TTL,
    protocol,
    source,
    destination: packet.source,
    options: new Uint8Array(0),
    payload,
  });
  return {
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
  };
};
