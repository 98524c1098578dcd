// Connections that nodes open to the outside (D4): the port is kept when it is free, and moved when not.

import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import {
  connectionFromNode,
  connectionOutside,
  connectionToHost,
} from '../decision/connection/lookup.ts';
import { isDone, opened, opens } from '../decision/connection/phase.ts';
import { followOut } from './follow.ts';
import { noWay } from './leave.ts';
import { isAssigned, serviceAt } from './owner.ts';
import { roomFor } from './room.ts';
import type { WayOut } from './way-out.ts';
import type { NodeIndex } from '../decision/topology.ts';
import { wayOut } from '../decision/topology.ts';
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
  const { topology } = tables;
  const { protocol, destination, sourcePort, destinationPort } = packet;
  const isFree = (port: number): boolean => {
    const there = connectionOutside(
      tables,
      protocol,
      destination,
      destinationPort,
      cluster,
      port,
      now,
    );
    return there === undefined || (there.node === node && there.nodePort === sourcePort);
  };
  // A node that speaks from a service's port speaks as the service.
  const own = serviceAt(tables, node, protocol, sourcePort)?.port;
  if (own !== undefined) return isFree(own) ? own : -1;
  if (!isAssigned(topology, protocol, sourcePort) && isFree(sourcePort)) return sourcePort;
  const pool = sourcePort <= RESERVED.to ? RESERVED : UNRESERVED;
  const size = pool.to - pool.from + 1;
  const start = (sourcePort + (node + 1) * STRIDE) % size;
  for (let attempt = 0; attempt < Math.min(TRIES, size); attempt++) {
    const port = pool.from + ((start + attempt * STRIDE) % size);
    if (!isAssigned(topology, protocol, port) && isFree(port)) return port;
  }
  return -1;
};

/** What an entry is opened with, besides what the packet says. */
interface Opening {
  readonly node: NodeIndex;
  readonly cluster: Ipv4Address;
  readonly clusterPort: number;
}

const withEntry = (arrival: Arrival, { node, cluster, clusterPort }: Opening): Decision => {
  const { tables, packet, now } = arrival;
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  const replaced = connectionFromNode(tables, packet, now);
  const room = roomFor(tables, replaced);
  if (room === null) return drop('outgoing', 'connection-table-full');
  const connection = opened(
    {
      protocol,
      openedBy: 'node',
      hostAddress: destination,
      hostPort: destinationPort,
      clusterAddress: cluster,
      clusterPort,
      node,
      nodeAddress: source,
      nodePort: sourcePort,
    },
    now,
  );
  return followOut(arrival, connection, [...room, { kind: 'connection', connection }]);
};

/** Opens an entry for the packet of a node and passes it to the network that leads to its host. */
export const openOut = (arrival: Arrival, node: NodeIndex): Decision => {
  const { tables, packet } = arrival;
  if (!opens(packet)) return drop('outgoing', 'no-connection');
  const way: WayOut | null = wayOut(tables.topology, packet.destination);
  if (way === null) return noWay(arrival, 'outgoing');
  const cluster = way.network.address.address;
  const clusterPort = freePort(arrival, node, cluster);
  if (clusterPort < 0) return drop('outgoing', 'ports-exhausted');
  return withEntry(arrival, { node, cluster, clusterPort });
};

/** The same for a node that speaks as the cluster itself (A14): its port cannot be moved. */
export const openOutAsCluster = (arrival: Arrival, node: NodeIndex): Decision => {
  const { tables, packet, now } = arrival;
  if (!opens(packet)) return drop('outgoing', 'no-connection');
  const { source, sourcePort } = packet;
  const there = connectionToHost(tables, packet, now);
  // What is over holds no port: the node that had it keeps its own from being used again too soon.
  if (there !== undefined && !isDone(there)) return drop('outgoing', 'connection-clash');
  return withEntry(arrival, { node, cluster: source, clusterPort: sourcePort });
};
