// The cluster connection table (figure 10): one entry for each connection between a host and a node.

import type { Address } from '../../wire/address.ts';
import type { Dictionary } from '../dictionary.ts';
import type { NodeIndex } from '../topology.ts';

/**
 * Where a connection stands. TCP: `opening` (SYN), `answered` (SYN-ACK), `established`, `half-closed`
 * (one FIN), `closing` (both), `reset` (RST seen; RFC 7857 section 2.2: kept a while, as it may be forged).
 * The others: `one-way` until an answer is seen, then `two-way`.
 */
export type Phase =
  | 'opening'
  | 'answered'
  | 'established'
  | 'half-closed'
  | 'closing'
  | 'reset'
  | 'one-way'
  | 'two-way';

/** Which end of a connection sent something. */
export type Side = 'host' | 'node';

/** An entry. For ICMP echo the identifier stands in place of the opener's port, and 0 of the other's. */
export interface Connection {
  readonly protocol: number;
  readonly openedBy: Side;
  /** The host outside: `s_addr` 1022 and `s_port` 1024 of figure 10. */
  readonly hostAddress: Address;
  readonly hostPort: number;
  /** What the host sees; the node's own address where a management host speaks to it (A12). */
  readonly clusterAddress: Address;
  readonly clusterPort: number;
  /** Column 1026 of figure 10. */
  readonly node: NodeIndex;
  readonly nodeAddress: Address;
  readonly nodePort: number;
  readonly phase: Phase;
  /** In `half-closed`: the side that sent its FIN. In `reset`: a side that was heard since. */
  readonly closedBy: Side | null;
  /** Milliseconds. */
  readonly openedAt: number;
  readonly lastSeen: number;
}

/** Key of a connection as the host sees it. */
export const outsideKey = (
  protocol: number,
  hostAddress: Address,
  hostPort: number,
  clusterAddress: Address,
  clusterPort: number,
): string => `${protocol} ${hostAddress} ${hostPort} ${clusterAddress} ${clusterPort}`;

/** Key of a connection as the node sees it. */
export const insideKey = (
  protocol: number,
  nodeAddress: Address,
  nodePort: number,
  hostAddress: Address,
  hostPort: number,
): string => `${protocol} ${nodeAddress} ${nodePort} ${hostAddress} ${hostPort}`;

/** Both directions of a connection are found: by the host's key, and by the node's. */
export interface ConnectionTable {
  readonly byOutside: Dictionary<string, Connection>;
  readonly byInside: Dictionary<string, Connection>;
}

export const outsideKeyOf = (c: Connection): string =>
  outsideKey(c.protocol, c.hostAddress, c.hostPort, c.clusterAddress, c.clusterPort);

export const insideKeyOf = (c: Connection): string =>
  insideKey(c.protocol, c.nodeAddress, c.nodePort, c.hostAddress, c.hostPort);

const same = (a: Connection, b: Connection): boolean => outsideKeyOf(a) === outsideKeyOf(b);

/** The table with `connection` in place of whatever had one of its keys. */
export const withConnection = (table: ConnectionTable, connection: Connection): ConnectionTable => {
  const outside = outsideKeyOf(connection);
  const inside = insideKeyOf(connection);
  const sameOutside = table.byOutside.get(outside);
  const sameInside = table.byInside.get(inside);
  const moved = sameOutside !== undefined && insideKeyOf(sameOutside) !== inside;
  const displaced = sameInside !== undefined && !same(sameInside, connection);
  const byOutside = displaced ? table.byOutside.delete(outsideKeyOf(sameInside)) : table.byOutside;
  const byInside = moved ? table.byInside.delete(insideKeyOf(sameOutside)) : table.byInside;
  return {
    byOutside: byOutside.set(outside, connection),
    byInside: byInside.set(inside, connection),
  };
};

/** The table without the connection of this outside key. */
export const withoutConnection = (
  table: ConnectionTable,
  connection: Connection,
): ConnectionTable => {
  const there = table.byOutside.get(outsideKeyOf(connection));
  if (there === undefined) return table;
  return {
    byOutside: table.byOutside.delete(outsideKeyOf(there)),
    byInside: table.byInside.delete(insideKeyOf(there)),
  };
};
