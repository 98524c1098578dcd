// The cluster connection table (figure 10), however it is kept: in dictionaries here, in the memory of the
// kernels in the running gateway.

import type { Address } from '../../wire/address.ts';
import type { NodeIndex } from '../topology.ts';
import type { Connection } from './connection.ts';

/**
 * Both directions of a connection are found: by what the host sees, and by what the node sees. A change
 * gives the table to go on with; the old one is not to be used afterwards.
 */
export interface ConnectionTable {
  readonly size: number;
  /** The entry that a host's packet names by its ends. */
  outside(
    protocol: number,
    hostAddress: Address,
    hostPort: number,
    clusterAddress: Address,
    clusterPort: number,
  ): Connection | undefined;
  /** The entry that a node's packet names by its ends. */
  inside(
    protocol: number,
    nodeAddress: Address,
    nodePort: number,
    hostAddress: Address,
    hostPort: number,
  ): Connection | undefined;
  /** The table with `connection` in place of whatever had one of its pairs of ends. */
  with(connection: Connection): ConnectionTable;
  /** The table without the entry of this connection's host ends. */
  without(connection: Connection): ConnectionTable;
  /** In the order in which they were opened. */
  values(): IterableIterator<Connection>;
  /** Of those that are not established, the one that was heard longest ago: it leaves first (D5). */
  oldestFleeting(): Connection | undefined;
  /** How many connections of hosts a node's port has, not counting those that are over (A20). */
  load(node: NodeIndex, nodePort: number, protocol: number): number;
}
