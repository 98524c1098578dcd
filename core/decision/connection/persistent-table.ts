// The cluster connection table of which every change leaves the old one as it was.

import type { Address } from '../../wire/address.ts';
import { NO_ORDER, first, inOrder } from '../insertion-order.ts';
import type { HashKey } from '../keyed-hash.ts';
import { NO_KEY } from '../keyed-hash.ts';
import { persistent } from '../persistent.ts';
import type { NodeIndex } from '../topology.ts';
import { nodePortKey } from '../topology.ts';
import { endsHash, outsideHash } from './ends-hash.ts';
import { entryInside, entryOf, entryOfSeat, entryOutside } from './entry.ts';
import type { Indexes } from './indexes.ts';
import { put, removed } from './indexes.ts';
import type { Connection } from './connection.ts';
import type { ConnectionTable } from './table.ts';

// A class, as there is none for each method in every new table then (see `persistent.ts`).
class PersistentTable implements ConnectionTable {
  readonly size: number;
  private readonly indexes: Indexes;

  constructor(indexes: Indexes) {
    this.size = indexes.size;
    this.indexes = indexes;
  }

  outside(
    protocol: number,
    hostAddress: Address,
    hostPort: number,
    clusterAddress: Address,
    clusterPort: number,
  ): Connection | undefined {
    const { hashKey, byOutside } = this.indexes;
    const ends = [protocol, hostAddress, hostPort, clusterAddress, clusterPort] as const;
    return entryOutside(byOutside, endsHash(hashKey, ...ends), ...ends)?.connection;
  }

  inside(
    protocol: number,
    nodeAddress: Address,
    nodePort: number,
    hostAddress: Address,
    hostPort: number,
  ): Connection | undefined {
    const { hashKey, byInside } = this.indexes;
    const ends = [protocol, nodeAddress, nodePort, hostAddress, hostPort] as const;
    return entryInside(byInside, endsHash(hashKey, ...ends), ...ends)?.connection;
  }

  with(connection: Connection): ConnectionTable {
    return new PersistentTable(put(this.indexes, connection));
  }

  without(connection: Connection): ConnectionTable {
    const { indexes } = this;
    const { hashKey, byOutside } = indexes;
    const entry = entryOf(byOutside, outsideHash(hashKey, connection), connection);
    return entry === null ? this : new PersistentTable(removed(indexes, entry));
  }

  *values(): Generator<Connection, undefined> {
    for (const seat of inOrder(this.indexes.opened)) {
      const entry = entryOfSeat(this.indexes.byOutside, seat);
      if (entry !== null) yield entry.connection;
    }
  }

  oldestFleeting(): Connection | undefined {
    const seat = first(this.indexes.fleeting);
    return seat && entryOfSeat(this.indexes.byOutside, seat)?.connection;
  }

  load(node: NodeIndex, nodePort: number, protocol: number): number {
    return this.indexes.loads.get(nodePortKey(node, nodePort, protocol)) ?? 0;
  }
}

/**
 * An empty connection table. Who chooses the ends of its connections cannot make it slow without knowing
 * `hashKey`.
 */
export const persistentTable = (hashKey: HashKey = NO_KEY): ConnectionTable =>
  new PersistentTable({
    hashKey,
    size: 0,
    byOutside: null,
    byInside: null,
    opened: NO_ORDER,
    fleeting: NO_ORDER,
    loads: persistent(hashKey),
  });
