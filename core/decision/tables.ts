// All that the gateway remembers, and the changes that decisions ask for.

import type { Address, MacAddress } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Connection } from './connection/connection.ts';
import type { ConnectionTable } from './connection/table.ts';
import { outsideKeyOf } from './connection/connection.ts';
import type { Datagram, DatagramTable } from './datagram.ts';
import { withDatagram, withoutDatagram } from './datagram.ts';
import type { Dictionary } from './dictionary.ts';
import type { Mount } from './mount.ts';
import { mountKey } from './mount.ts';
import type { Orphan } from './orphan.ts';
import type { Path } from './path.ts';
import type { RpcPort, RpcPortTable } from './rpc-port.ts';
import { withRpcPort, withoutRpcPort } from './rpc-port.ts';
import type { Link, ServiceKey, Topology } from './topology.ts';
import type { Send } from './send.ts';
import type { Way } from './way.ts';
import { wayKeyOf } from './way.ts';

/** A packet that waits for a next hop: the frame that brought it, and how it will leave. */
export interface Held {
  readonly frame: ReadonlyBytes;
  /** Null: the gateway made it, and nobody is to be told when it cannot go. */
  readonly ingress: Link | null;
  readonly path: Path;
  /** One send, or one for each fragment. */
  readonly sends: readonly Send[];
}

/** What is known of a next hop (RFC 826; RFC 1122 section 2.3.2 for times and the held frames). */
export interface Neighbour {
  readonly link: Link;
  readonly address: Address;
  /** Null while it is being resolved for the first time. */
  readonly mac: MacAddress | null;
  /** When the MAC address was last heard, milliseconds. */
  readonly heardAt: number;
  /** When the last request went out, and how many have gone without an answer. */
  readonly askedAt: number;
  readonly asked: number;
  /** Packets that wait for the MAC address, oldest first. */
  readonly held: readonly Held[];
}

/** Bytes of a packet that waits: of the frame that brought it, and of what else is to leave. */
export const bytesOfHeld = ({ frame, sends }: Held): number =>
  sends.reduce((sum, one) => (one.frame === frame ? sum : sum + one.frame.length), frame.length);

/** Bytes that wait for a neighbour. */
export const bytesHeld = ({ held }: Neighbour): number =>
  held.reduce((sum, one) => sum + bytesOfHeld(one), 0);

/** A number where that has room for both, as it is made for every packet; else a text. */
export type NeighbourKey = number | string;

export const neighbourKey = (link: Link, address: Address): NeighbourKey =>
  typeof address === 'number' ? link * 0x100000000 + address : `${link} ${address}`;

/**
 * Tokens left for what the gateway answers of its own accord (RFC 1812 section 4.3.2.8). Refusals of closed
 * ports have theirs apart: who scans ports must not keep others from learning the path MTU.
 */
export interface ErrorBudget {
  readonly errors: number;
  readonly refusals: number;
  /** When they were counted, milliseconds. */
  readonly at: number;
}

export interface Tables {
  readonly topology: Topology;
  readonly connections: ConnectionTable;
  /** Next node of each service's round robin, an index into its nodes. */
  readonly cursors: Dictionary<ServiceKey, number>;
  readonly neighbours: Dictionary<NeighbourKey, Neighbour>;
  /** Bytes that wait for all neighbours together. */
  readonly waitingBytes: number;
  readonly datagrams: DatagramTable;
  /** The mount port table as far as it is learned. */
  readonly rpcPorts: RpcPortTable;
  readonly mounts: Dictionary<string, Mount>;
  readonly ways: Dictionary<string, Way>;
  /** By the outside key of their connection, which the connection table does not have; those last probed stand last. */
  readonly orphans: Dictionary<string, Orphan>;
  readonly errorBudget: ErrorBudget;
  /** Counts what the gateway sends of its own: transaction ids and identifications follow from it. */
  readonly sequence: number;
}

export type Change =
  | { readonly kind: 'connection'; readonly connection: Connection }
  | { readonly kind: 'connection-gone'; readonly connection: Connection }
  | { readonly kind: 'cursor'; readonly service: ServiceKey; readonly next: number }
  | { readonly kind: 'neighbour'; readonly neighbour: Neighbour }
  | { readonly kind: 'neighbour-gone'; readonly neighbour: Neighbour }
  | { readonly kind: 'datagram'; readonly datagram: Datagram }
  | { readonly kind: 'datagram-gone'; readonly datagram: Datagram }
  | { readonly kind: 'rpc-port'; readonly rpcPort: RpcPort }
  | { readonly kind: 'rpc-port-gone'; readonly rpcPort: RpcPort }
  | { readonly kind: 'mount'; readonly mount: Mount }
  | { readonly kind: 'mount-gone'; readonly mount: Mount }
  | { readonly kind: 'way'; readonly way: Way }
  | { readonly kind: 'way-gone'; readonly way: Way }
  | { readonly kind: 'orphan'; readonly orphan: Orphan }
  | { readonly kind: 'orphan-gone'; readonly orphan: Orphan }
  | { readonly kind: 'sequence'; readonly next: number }
  | { readonly kind: 'error-budget'; readonly budget: ErrorBudget }
  | { readonly kind: 'topology'; readonly topology: Topology };

const withNeighbour = (tables: Tables, neighbour: Neighbour): Tables => {
  const key = neighbourKey(neighbour.link, neighbour.address);
  const before = tables.neighbours.get(key);
  return {
    ...tables,
    neighbours: tables.neighbours.set(key, neighbour),
    waitingBytes: tables.waitingBytes + bytesHeld(neighbour) - (before ? bytesHeld(before) : 0),
  };
};

const withoutNeighbour = (tables: Tables, { link, address }: Neighbour): Tables => {
  const key = neighbourKey(link, address);
  const before = tables.neighbours.get(key);
  return {
    ...tables,
    neighbours: tables.neighbours.delete(key),
    waitingBytes: tables.waitingBytes - (before ? bytesHeld(before) : 0),
  };
};

/**
 * The tables with what a new connection changes. Field by field: spreading an object of so many takes ten
 * times the time.
 */
const renewed = (
  tables: Tables,
  connections: Tables['connections'],
  cursors: Tables['cursors'],
  orphans: Tables['orphans'],
): Tables => ({
  topology: tables.topology,
  connections,
  cursors,
  neighbours: tables.neighbours,
  waitingBytes: tables.waitingBytes,
  datagrams: tables.datagrams,
  rpcPorts: tables.rpcPorts,
  mounts: tables.mounts,
  ways: tables.ways,
  orphans,
  errorBudget: tables.errorBudget,
  sequence: tables.sequence,
});

/** The entry, and no longer the orphan that was known by the same key. */
const withEntry = (tables: Tables, connection: Connection): Tables => {
  const { connections, cursors, orphans } = tables;
  const others = orphans.size === 0 ? orphans : orphans.delete(outsideKeyOf(connection));
  return renewed(tables, connections.with(connection), cursors, others);
};

/** The orphan, behind all others. */
const withOrphan = (tables: Tables, orphan: Orphan): Tables => {
  const key = outsideKeyOf(orphan.connection);
  return { ...tables, orphans: tables.orphans.delete(key).set(key, orphan) };
};

/** The tables after one change. */
export const applyChange = (tables: Tables, change: Change): Tables => {
  switch (change.kind) {
    case 'connection':
      return withEntry(tables, change.connection);
    case 'connection-gone':
      return { ...tables, connections: tables.connections.without(change.connection) };
    case 'cursor': {
      const { connections, cursors, orphans } = tables;
      return renewed(tables, connections, cursors.set(change.service, change.next), orphans);
    }
    case 'neighbour':
      return withNeighbour(tables, change.neighbour);
    case 'neighbour-gone':
      return withoutNeighbour(tables, change.neighbour);
    case 'datagram':
      return { ...tables, datagrams: withDatagram(tables.datagrams, change.datagram) };
    case 'datagram-gone':
      return { ...tables, datagrams: withoutDatagram(tables.datagrams, change.datagram) };
    case 'rpc-port':
      return { ...tables, rpcPorts: withRpcPort(tables.rpcPorts, change.rpcPort) };
    case 'rpc-port-gone':
      return { ...tables, rpcPorts: withoutRpcPort(tables.rpcPorts, change.rpcPort) };
    case 'mount': {
      const { host, path } = change.mount;
      return { ...tables, mounts: tables.mounts.set(mountKey(host, path), change.mount) };
    }
    case 'mount-gone': {
      const { host, path } = change.mount;
      return { ...tables, mounts: tables.mounts.delete(mountKey(host, path)) };
    }
    case 'way':
      return { ...tables, ways: tables.ways.set(wayKeyOf(change.way), change.way) };
    case 'way-gone':
      return { ...tables, ways: tables.ways.delete(wayKeyOf(change.way)) };
    case 'orphan':
      return withOrphan(tables, change.orphan);
    case 'orphan-gone': {
      const key = outsideKeyOf(change.orphan.connection);
      return { ...tables, orphans: tables.orphans.delete(key) };
    }
    case 'sequence':
      return { ...tables, sequence: change.next };
    case 'error-budget':
      return { ...tables, errorBudget: change.budget };
    case 'topology':
      return { ...tables, topology: change.topology };
  }
};

/** The tables after all changes of a decision, in their order. */
export const apply = (tables: Tables, changes: readonly Change[]): Tables =>
  changes.reduce(applyChange, tables);
