// ICMP errors are translated both ways, the packet they quote included (D2; RFC 5508 section 4): so path
// MTU discovery and traceroute work through the gateway. What both ways share.

import type { Ipv4Address } from '../wire/address.ts';
import type { Packet, Quoted } from '../wire/packet.ts';
import type { Rewrite } from '../wire/rewrite.ts';
import { NO_PORT } from '../wire/rewrite.ts';

/** The rewrite of an error: its own addresses, and what changes of the packet that it quotes. */
export const errorRewrite = (
  packet: Packet,
  quoted: Quoted,
  outer: { readonly source: Ipv4Address; readonly destination: Ipv4Address },
  inner: Partial<Quoted>,
): Rewrite => ({
  packet: {
    at: packet.at,
    endpoints: { ...outer, sourcePort: NO_PORT, destinationPort: NO_PORT },
  },
  quoted: {
    at: quoted.at,
    endpoints: {
      source: inner.source ?? quoted.source,
      destination: inner.destination ?? quoted.destination,
      sourcePort: inner.sourcePort ?? quoted.sourcePort,
      destinationPort: inner.destinationPort ?? quoted.destinationPort,
    },
  },
  hops: 0,
});
