// IP packets that the gateway makes itself: answers, errors, questions.

import type { Ipv4Address } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import * as ipv4 from '../wire/ipv4.ts';

/** A packet of the gateway's own. */
export interface OwnPacket {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly protocol: number;
  readonly payload: ReadonlyBytes;
}

/** RFC 1700: the default time to live. */
const DEFAULT_TTL = 64;

const NO_OPTIONS = new Uint8Array(0);

/** Its bytes. One that is cut on its way needs an `identification` other than 0. */
export const packetOf = (
  { source, destination, protocol, payload }: OwnPacket,
  identification = 0,
): Uint8Array =>
  ipv4.encode({
    typeOfService: 0,
    // An atomic datagram is never cut, so its identification means nothing (RFC 6864 section 4.1).
    identification,
    dontFragment: identification === 0,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: DEFAULT_TTL,
    protocol,
    source,
    destination,
    options: NO_OPTIONS,
    payload,
  });
