// All that the gateway remembers, and the changes that decisions ask for.

import type { Address, MacAddress } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Connection, ConnectionTable } from './connection/connection.ts';
import { withConnection, withoutConnection } from './connection/connection.ts';
import type { Dictionary } from './dictionary.ts';
import type { Link, ServiceKey, Topology } from './topology.ts';
import type { Send } from './send.ts';

/** A packet that waits for a next hop: the frame that brought it, and how it will leave. */
export interface Held {
  readonly frame: ReadonlyBytes;
  readonly ingress: Link;
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

export const neighbourKey = (link: Link, address: Address): string => `${link} ${address}`;

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
  readonly neighbours: Dictionary<string, Neighbour>;
  readonly errorBudget: ErrorBudget;
}

export type Change =
  | { readonly kind: 'connection'; readonly connection: Connection }
  | { readonly kind: 'connection-gone'; readonly connection: Connection }
  | { readonly kind: 'cursor'; readonly service: ServiceKey; readonly next: number }
  | { readonly kind: 'neighbour'; readonly neighbour: Neighbour }
  | { readonly kind: 'neighbour-gone'; readonly neighbour: Neighbour }
  | { readonly kind: 'error-budget'; readonly budget: ErrorBudget }
  | { readonly kind: 'topology'; readonly topology: Topology };

/** The tables after one change. */
export const applyChange = (tables: Tables, change: Change): Tables => {
  switch (change.kind) {
    case 'connection':
      return { ...tables, connections: withConnection(tables.connections, change.connection) };
    case 'connection-gone':
      return { ...tables, connections: withoutConnection(tables.connections, change.connection) };
    case 'cursor':
      return { ...tables, cursors: tables.cursors.set(change.service, change.next) };
    case 'neighbour': {
      const key = neighbourKey(change.neighbour.link, change.neighbour.address);
      return { ...tables, neighbours: tables.neighbours.set(key, change.neighbour) };
    }
    case 'neighbour-gone': {
      const key = neighbourKey(change.neighbour.link, change.neighbour.address);
      return { ...tables, neighbours: tables.neighbours.delete(key) };
    }
    case 'error-budget':
      return { ...tables, errorBudget: change.budget };
    case 'topology':
      return { ...tables, topology: change.topology };
  }
};

/** The tables after all changes of a decision, in their order. */
export const apply = (tables: Tables, changes: readonly Change[]): Tables =>
  changes.reduce(applyChange, tables);
