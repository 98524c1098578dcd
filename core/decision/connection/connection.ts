// The cluster connection table (figure 10): one entry for each connection between a host and a node.

import type { Address } from '../../wire/address.ts';
import type { Dictionary } from '../dictionary.ts';
import type { NodeIndex } from '../topology.ts';
import { nodePortKey } from '../topology.ts';

/**
 * Where a connection stands. TCP: `opening` (SYN), `answered` (SYN-ACK), `established`, `half-closed`
 * (one FIN), `closing` (both), `reset` (RST seen; RFC 7857 section 2.2: kept a while, as it may be forged).
 * The others: `one-way`; `answered`; `two-way` when the opener has gone on after an answer.
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
  /** What the node sees as its own address: the cluster address where nothing is rewritten (A14). */
  readonly nodeAddress: Address;
  readonly nodePort: number;
  readonly phase: Phase;
  /**
   * TCP in `answered`: the number that the opener has to acknowledge. Who only pretends to be the opener does
   * not hear it (RFC 9293 section 3.5).
   */
  readonly proof: number;
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
  /** By outside key, those that are not established, longest idle first: they leave when it is full (D5). */
  readonly fleeting: Dictionary<string, Connection>;
  /** By {@link loadKey}, how many connections of hosts a node's service has (A20). */
  readonly loads: Dictionary<number, number>;
}

/** Whether a connection may leave a full table: a handshake that is not over, or an end that is. */
export const isFleeting = ({ phase }: Connection): boolean =>
  phase === 'opening' || phase === 'answered' || phase === 'closing' || phase === 'one-way';

/** The key of a node's service in the table of loads. */
export const loadKey = ({ node, nodePort, protocol }: Connection): number =>
  nodePortKey(node, nodePort, protocol);

/** Whether a connection is work for its node: one that is over only waits to be forgotten. */
const isLoad = ({ phase, openedBy }: Connection): boolean =>
  openedBy === 'host' && phase !== 'closing' && phase !== 'reset';

export const outsideKeyOf = (c: Connection): string =>
  outsideKey(c.protocol, c.hostAddress, c.hostPort, c.clusterAddress, c.clusterPort);

export const insideKeyOf = (c: Connection): string =>
  insideKey(c.protocol, c.nodeAddress, c.nodePort, c.hostAddress, c.hostPort);

const loaded = (
  loads: Dictionary<number, number>,
  connection: Connection | undefined,
  by: number,
): Dictionary<number, number> => {
  if (connection === undefined || !isLoad(connection)) return loads;
  const key = loadKey(connection);
  const load = (loads.get(key) ?? 0) + by;
  return load === 0 ? loads.delete(key) : loads.set(key, load);
};

/** The table without the entry of this outside key. */
export const withoutConnection = (
  table: ConnectionTable,
  connection: Connection,
): ConnectionTable => {
  const outside = outsideKeyOf(connection);
  const there = table.byOutside.get(outside);
  if (there === undefined) return table;
  return {
    byOutside: table.byOutside.delete(outside),
    byInside: table.byInside.delete(insideKeyOf(there)),
    fleeting: table.fleeting.delete(outside),
    loads: loaded(table.loads, there, -1),
  };
};

/** The table with `connection` in place of whatever had one of its keys. */
export const withConnection = (table: ConnectionTable, connection: Connection): ConnectionTable => {
  const outside = outsideKeyOf(connection);
  const inside = insideKeyOf(connection);
  const displaced = table.byInside.get(inside);
  const room =
    displaced === undefined || outsideKeyOf(displaced) === outside
      ? table
      : withoutConnection(table, displaced);
  const before = room.byOutside.get(outside);
  const moved = before !== undefined && insideKeyOf(before) !== inside;
  const byInside = moved ? room.byInside.delete(insideKeyOf(before)) : room.byInside;
  const others = room.fleeting.delete(outside);
  return {
    byOutside: room.byOutside.set(outside, connection),
    byInside: byInside.set(inside, connection),
    fleeting: isFleeting(connection) ? others.set(outside, connection) : others,
    loads: loaded(loaded(room.loads, before, -1), connection, 1),
  };
};
