// New endpoints for a packet (boxes 570, 575, 630): what stands in the headers when it leaves.

import type { Ipv4Address } from '../wire/address.ts';
import type { Packet } from '../wire/packet.ts';
import type { Rewrite } from '../wire/rewrite.ts';
import type { Connection } from '../decision/connection/connection.ts';

/** IPv6 stands in the types from the first day (D8); frames of it are not switched yet. */
export const asIpv4 = (address: Connection['nodeAddress']): Ipv4Address => {
  if (typeof address === 'number') return address;
  throw new RangeError(`IPv6 address ${address} in an IPv4 packet`);
};

const rewriteOf = (
  packet: Packet,
  source: Ipv4Address,
  sourcePort: number,
  destination: Ipv4Address,
  destinationPort: number,
  hops: number,
): Rewrite => ({
  packet: {
    at: packet.at,
    endpoints: { source, destination, sourcePort, destinationPort },
  },
  quoted: null,
  hops,
});

/** Inbound (575, 570): the destination becomes the node, the port that of the service there. */
export const toNode = (packet: Packet, node: Ipv4Address, port: number): Rewrite =>
  rewriteOf(packet, packet.source, packet.sourcePort, node, port, 0);

/** Outgoing (630): the source becomes the cluster. */
export const fromCluster = (packet: Packet, cluster: Ipv4Address, port: number): Rewrite =>
  rewriteOf(packet, cluster, port, packet.destination, packet.destinationPort, 0);

/** Frame level (640): as it is, one hop further (RFC 1812 section 5.3.1). */
export const asItIs = (packet: Packet): Rewrite =>
  rewriteOf(
    packet,
    packet.source,
    packet.sourcePort,
    packet.destination,
    packet.destinationPort,
    1,
  );
