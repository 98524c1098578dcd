// Rewriting in place (A9): which fields of a frame change. Data only; the kernels write it, and
// rewritten.ts is the slow and obvious reference for them.

import type { Address, MacAddress } from './address.ts';

/** New values of the fields that the message switch may change. `NO_PORT` leaves a port field alone. */
export interface Endpoints {
  readonly source: Address;
  readonly destination: Address;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export const NO_PORT = -1;

/** An IPv4 packet inside the frame, and the endpoints it gets. */
export interface PacketRewrite {
  /** Offset of the IP header in the frame, bytes. */
  readonly at: number;
  readonly endpoints: Endpoints;
}

/**
 * All that changes in one frame. `quoted` is the packet that an ICMP error quotes (RFC 792), rewritten
 * with it (RFC 5508 section 4.2); `hops` is taken off the TTL, 0 or 1.
 */
export interface Rewrite {
  readonly packet: PacketRewrite;
  readonly quoted: PacketRewrite | null;
  readonly hops: number;
}

/** The two addresses of an Ethernet header. */
export interface FrameAddresses {
  readonly destination: MacAddress;
  readonly source: MacAddress;
}
