// Entries of the persistent connection table, and how they are found by their hash.

import type { Address } from '../../wire/address.ts';
import type { HashTrie } from '../hash-trie.ts';
import { leafOf } from '../hash-trie.ts';
import type { Connection } from './connection.ts';

/** What stays the same of an entry for as long as its host's ends have one: orders name entries by it. */
export interface Seat {
  /** The hash of the ends as the host sees them. */
  readonly outside: number;
  /** Its place in the order of opening. */
  readonly opened: number;
}

export interface Entry {
  readonly connection: Connection;
  readonly seat: Seat;
  /** The hash of the ends as the node sees them. */
  readonly inside: number;
  /** Its place in the order of the fleeting; -1: it is none of them. */
  readonly turn: number;
}

export type EntryTrie = HashTrie<Entry>;

/** The entry of these ends as the host sees them. */
export const entryOutside = (
  trie: EntryTrie,
  hash: number,
  protocol: number,
  hostAddress: Address,
  hostPort: number,
  clusterAddress: Address,
  clusterPort: number,
): Entry | null => {
  for (let leaf = leafOf(trie, hash); leaf !== null; leaf = leaf.next) {
    const { connection: c } = leaf.value;
    if (
      c.hostPort === hostPort &&
      c.hostAddress === hostAddress &&
      c.clusterPort === clusterPort &&
      c.clusterAddress === clusterAddress &&
      c.protocol === protocol
    )
      return leaf.value;
  }
  return null;
};

/** The entry of a connection's host ends. */
export const entryOf = (trie: EntryTrie, hash: number, c: Connection): Entry | null =>
  entryOutside(trie, hash, c.protocol, c.hostAddress, c.hostPort, c.clusterAddress, c.clusterPort);

/** The entry of these ends as the node sees them. */
export const entryInside = (
  trie: EntryTrie,
  hash: number,
  protocol: number,
  nodeAddress: Address,
  nodePort: number,
  hostAddress: Address,
  hostPort: number,
): Entry | null => {
  for (let leaf = leafOf(trie, hash); leaf !== null; leaf = leaf.next) {
    const { connection: c } = leaf.value;
    if (
      c.hostPort === hostPort &&
      c.hostAddress === hostAddress &&
      c.nodePort === nodePort &&
      c.nodeAddress === nodeAddress &&
      c.protocol === protocol
    )
      return leaf.value;
  }
  return null;
};

/** The entry that has this seat; `trie` is by the hash of the host's ends. */
export const entryOfSeat = (trie: EntryTrie, seat: Seat): Entry | null => {
  for (let leaf = leafOf(trie, seat.outside); leaf !== null; leaf = leaf.next)
    if (leaf.value.seat === seat) return leaf.value;
  return null;
};
