// Connections that nodes open to the outside (D4): the port is kept when it is free, and moved when not.

import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import { outsideKey } from '../decision/connection/connection.ts';
import { connectionOutside, connectionsFull } from '../decision/connection/lookup.ts';
import { opened, opens } from '../decision/connection/phase.ts';
import { leave } from './leave.ts';
import { isAssigned } from './owner.ts';
import type { LinkSettings, NodeIndex } from '../decision/topology.ts';
import { fromCluster } from './translate.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Ipv4Address } from '../wire/address.ts';

/** rcmd(3) and its kin trust ports below 1024: a moved one stays there (RFC 4787 section 4.2.2). */
const RESERVED = { from: 512, to: 1023 };
const UNRESERVED = { from: 1024, to: 65535 };

/** How many ports are tried before there are none: a bound on the work for one frame. */
const TRIES = 512;

/** Odd, so that stepping by it meets every port of a pool whose size is a power of two, and most of others. */
const STRIDE = 7919;

/** A cluster port for the packet, its own if that is free towards the same host; -1 if none was found. */
const freePort = (arrival: Arrival, node: NodeIndex, cluster: Ipv4Address): number => {
  const { tables, packet, now } = arrival;
  const { protocol, source, destination, sourcePort, destinationPort } = packet;
  const free = (port: number): boolean => {
    if (isAssigned(tables.topology, protocol, port)) return false;
    const key = outsideKey(protocol, destination, destinationPort, cluster, port);
    const there = connectionOutside(tables, key, now);
    return there === undefined || (there.nodeAddress === source && there.nodePort === sourcePort);
  };
  if (free(sourcePort)) return sourcePort;
  const pool = sourcePort <= RESERVED.to ? RESERVED : UNRESERVED;
  const size = pool.to - pool.from + 1;
  const start = (sourcePort + (node + 1) * STRIDE) % size;
  for (let attempt = 0; attempt < Math.min(TRIES, size); attempt++) {
    const port = pool.from + ((start + attempt * STRIDE) % size);
    if (free(port)) return port;
  }
  return -1;
};

/** Opens an entry for the packet of a node and passes it to the network `way` leads by. */
export const openOut = (
  arrival: Arrival,
  node: NodeIndex,
  way: { readonly network: LinkSettings; readonly nextHop: Ipv4Address },
): Decision => {
  const { tables, packet, now } = arrival;
  if (!opens(packet)) return drop('outgoing', 'no-connection');
  if (connectionsFull(tables)) return drop('outgoing', 'connection-table-full');
  const cluster = way.network.address.address;
  const clusterPort = freePort(arrival, node, cluster);
  if (clusterPort < 0) return drop('outgoing', 'ports-exhausted');
  const connection = opened(
    {
      protocol: packet.protocol,
      openedBy: 'node',
      hostAddress: packet.destination,
      hostPort: packet.destinationPort,
      clusterAddress: cluster,
      clusterPort,
      node,
      nodeAddress: packet.source,
      nodePort: packet.sourcePort,
    },
    now,
  );
  const rewrite = fromCluster(packet, cluster, clusterPort);
  return leave(arrival, 'outgoing', { egress: way.network, nextHop: way.nextHop, rewrite }, [
    { kind: 'connection', connection },
  ]);
};
