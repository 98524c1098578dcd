// The hops that decisions led to (assembly/layout/hop.ts): kept as the neighbour table knows them.

import * as directory from '../../../assembly/layout/directory.ts';
import * as layout from '../../../assembly/layout/hop.ts';
import type { Neighbour } from '../../../core/decision/tables.ts';
import type { Link, LinkSettings } from '../../../core/decision/topology.ts';
import { FORGET_AFTER, believedUntil } from '../../../core/host/neighbours.ts';
import type { Ipv4Address, MacAddress } from '../../../core/wire/address.ts';
import { put16, put48 } from '../../../core/wire/bytes.ts';
import * as ethernet from '../../../core/wire/layout/ethernet.ts';
import type { Kernels } from '../kernels.ts';
import type { PipelineMemory } from './memory.ts';
import { swap32 } from './network-order.ts';

export const NO_HOP = 0;

/** A link and an address on it, as one number. */
type HopKey = number;
const hopKey = (link: Link, address: Ipv4Address): HopKey => link * 0x100000000 + address;

export interface Hops {
  /** The hop of an address on a link; 0: there is none. */
  find(link: Link, address: Ipv4Address): number;
  /** A new hop, of which nothing is known yet; 0: there is no room. */
  add(link: LinkSettings, address: Ipv4Address): number;
  /** What is known of it: null if it is no neighbour. */
  write(hop: number, neighbour: Neighbour | null): void;
  /** Forgets all of them: their numbers are given to others. */
  clear(): void;
}

/** `offloads`: which links' devices have them. */
export const makeHops = (
  kernels: Kernels,
  memory: PipelineMemory,
  offloads: (link: Link) => boolean,
): Hops => {
  const bytes = new Uint8Array(kernels.memory.buffer);
  const view = new DataView(kernels.memory.buffer);
  const numbers = new Map<HopKey, number>();
  const placeOf = (hop: number): number => memory.hops + hop * layout.SIZE;

  const putMac = (hop: number, mac: MacAddress): void => {
    put48(bytes.subarray(placeOf(hop)), layout.HEADER + ethernet.DESTINATION, mac);
  };

  return {
    find: (link, address) => numbers.get(hopKey(link, address)) ?? NO_HOP,
    add: ({ link, mac, mtu }, address) => {
      const hop = numbers.size + 1;
      const isRoom = hop <= memory.lastHop;
      if (!isRoom || kernels.directoryPut(directory.OF_HOP, link, swap32(address), hop, 0) === 0)
        return NO_HOP;
      numbers.set(hopKey(link, address), hop);
      const at = placeOf(hop);
      const header = bytes.subarray(at + layout.HEADER);
      put48(header, ethernet.SOURCE, mac);
      put16(header, ethernet.ETHER_TYPE, ethernet.ETHER_TYPE_IPV4);
      view.setUint8(at + layout.OFFLOADS, offloads(link) ? 1 : 0);
      view.setUint16(at + layout.EGRESS, link, true);
      view.setUint32(at + layout.MTU, mtu, true);
      return hop;
    },
    write: (hop, neighbour) => {
      const at = placeOf(hop);
      const mac = neighbour?.mac ?? null;
      view.setUint8(at + layout.KNOWN, mac === null ? 0 : 1);
      if (mac !== null) putMac(hop, mac);
      const until =
        neighbour === null || mac === null
          ? Number.NEGATIVE_INFINITY
          : Math.min(believedUntil(neighbour), neighbour.heardAt + FORGET_AFTER);
      view.setFloat64(at + layout.BELIEVED_UNTIL, until, true);
    },
    clear: () => {
      numbers.clear();
    },
  };
};
