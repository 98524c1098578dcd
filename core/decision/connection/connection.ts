// The cluster connection table (figure 10): one entry for each connection between a host and a node.

import type { Address } from '../../wire/address.ts';
import type { NodeIndex } from '../topology.ts';

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

/** Whether a connection may leave a full table: a handshake that is not over, or an end that is. */
export const isFleeting = ({ phase }: Connection): boolean =>
  phase === 'opening' || phase === 'answered' || phase === 'closing' || phase === 'one-way';

/**
 * Whether a connection in place of another stays where that was in the order of those last heard: nothing was
 * heard of it, it has only moved.
 */
export const keepsTurn = (before: Connection, after: Connection): boolean =>
  before.lastSeen === after.lastSeen && isFleeting(before) && isFleeting(after);

export const outsideKeyOf = (c: Connection): string =>
  outsideKey(c.protocol, c.hostAddress, c.hostPort, c.clusterAddress, c.clusterPort);

export const insideKeyOf = (c: Connection): string =>
  insideKey(c.protocol, c.nodeAddress, c.nodePort, c.hostAddress, c.hostPort);

/** Whether two entries, of different times perhaps, are of one connection. */
export const isSame = (a: Connection, b: Connection): boolean =>
  a.protocol === b.protocol &&
  a.hostAddress === b.hostAddress &&
  a.hostPort === b.hostPort &&
  a.clusterAddress === b.clusterAddress &&
  a.clusterPort === b.clusterPort;
