// Room in the neighbour table, and for what waits there (D1; RFC 1122 section 2.3.2.2): bounded, and never
// denied to nodes and routers, whatever strangers do.

import type { Address } from '../wire/address.ts';
import type { Change, Held, Neighbour, Tables } from '../decision/tables.ts';
import { bytesHeld, bytesOfHeld } from '../decision/tables.ts';
import type { Topology } from '../decision/topology.ts';

/**
 * Packets that wait for one neighbour, and their bytes: the largest datagram has room, whatever fragments it
 * comes in. And bytes that wait for all, above which nothing more waits for strangers.
 */
export const HELD_FRAMES = 128;
export const HELD_BYTES = 131_072;
export const ALL_HELD_BYTES = 8_388_608;

/** Nodes and routers. */
const isConfigured = ({ nodeByAddress, links }: Topology, address: Address): boolean =>
  nodeByAddress.has(address) || links.some((link) => link?.router === address);

/** Whether the table has room for `address` and `more` besides, with none of those that are there leaving. */
export const hasRoom = (
  { neighbours, topology }: Tables,
  address: Address,
  more: number,
): boolean =>
  neighbours.size + more < topology.limits.neighbours || isConfigured(topology, address);

/** The changes by which there is room for `address`; null when there is none. Strangers go, oldest first. */
export const makeRoom = (tables: Tables, address: Address): readonly Change[] | null => {
  if (hasRoom(tables, address, 0)) return [];
  const { neighbours, topology } = tables;
  let oldest: Neighbour | null = null;
  for (const one of neighbours.values())
    if (
      one.mac !== null &&
      !isConfigured(topology, one.address) &&
      (oldest === null || one.heardAt < oldest.heardAt)
    )
      oldest = one;
  return oldest === null ? null : [{ kind: 'neighbour-gone', neighbour: oldest }];
};

/** Whether not even one byte more may wait. */
export const isFull = (neighbour: Neighbour): boolean =>
  neighbour.held.length >= HELD_FRAMES || bytesHeld(neighbour) >= HELD_BYTES;

/** The neighbour that is being asked, with one more packet that waits; null when too much waits already. */
export const waiting = (
  { topology, waitingBytes }: Tables,
  neighbour: Neighbour,
  packet: Held,
): Neighbour | null => {
  const bytes = bytesOfHeld(packet);
  if (isFull(neighbour) || bytesHeld(neighbour) + bytes > HELD_BYTES) return null;
  if (waitingBytes + bytes > ALL_HELD_BYTES && !isConfigured(topology, neighbour.address))
    return null;
  return { ...neighbour, held: [...neighbour.held, packet] };
};
