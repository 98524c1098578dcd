// How a service's new connections are shared among its nodes (A20, claim 14): what was worked out of the
// configuration, to be read for each new connection.

import type { NodeIndex } from './topology.ts';

export type Scheduler =
  'round-robin' | 'weighted-round-robin' | 'least-connections' | 'source-hash' | 'maglev';

/** A node of a service, and its share: one of weight 2 is to get twice what one of weight 1 gets. */
export interface Member {
  readonly node: NodeIndex;
  /** The node's number: what hashes know it by, as its index shifts when nodes come and go. */
  readonly number: number;
  /** A whole number from 1. */
  readonly weight: number;
}

/**
 * What a scheduler needs besides the tables. It does not depend on which nodes are active: those that
 * cannot take a connection are passed over when it is chosen.
 */
export type Plan =
  /** Round robin, weighted or not: nodes in turn, each as often as its weight says. */
  | { readonly kind: 'turns'; readonly turns: readonly NodeIndex[] }
  | { readonly kind: 'least-connections'; readonly members: readonly Member[] }
  /** All connections of a host to the same node. */
  | { readonly kind: 'source-hash'; readonly members: readonly Member[] }
  /** Slots by the hash of a connection (Eisenbud and others, "Maglev", NSDI 2016, section 3.4). */
  | { readonly kind: 'maglev'; readonly slots: Slots; readonly members: readonly Member[] };

/** A node for each slot; their number is a prime. */
export interface Slots {
  readonly [slot: number]: NodeIndex;
  readonly length: number;
}
