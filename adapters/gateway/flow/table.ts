// The flow table in the kernels' memory, as far as it takes JavaScript: what changes besides the indexes,
// which are the kernels' (assembly/flow/table.ts).

import { flowRecords } from './record.ts';
import type { Flow } from './record.ts';
import type { FlowMemory } from './memory.ts';
import { SWEEP, scratchOf } from './memory.ts';
import type { Kernels } from '../kernels.ts';
import type { Connection, Side } from '../../../core/decision/connection/connection.ts';
import { keepsTurn } from '../../../core/decision/connection/connection.ts';
import { isDone, isExpired } from '../../../core/decision/connection/phase.ts';
import type { ConnectionTable } from '../../../core/decision/connection/table.ts';
import type { Timeouts, NodeIndex } from '../../../core/decision/topology.ts';
import { nodePortKey } from '../../../core/decision/topology.ts';
import type { Address } from '../../../core/wire/address.ts';
import { NO_PORT } from '../../../core/wire/rewrite.ts';

const NONE = 0;
const FIRST = 1;

/** The number of the record that packets between these ends belong to. */
type Find = (
  protocol: number,
  source: Address,
  sourcePort: number,
  destination: Address,
  destinationPort: number,
) => number;

/** Packets without ports have `NO_PORT`, which in 16 bits would be another. */
const arePorts = (one: number, other: number): boolean => one !== NO_PORT && other !== NO_PORT;

/** The look-ups are those of {@link ConnectionTable}; changes are made in place. */
export interface FlowTable extends Omit<ConnectionTable, 'with' | 'without'> {
  /** Puts a connection in place of whatever has one of its pairs of ends. */
  put(connection: Flow): void;
  /** Removes the connection of these host ends. */
  remove(connection: Connection): void;
  /** Removes whatever has one of a connection's pairs of ends. */
  clear(connection: Connection): void;
  /** The number of the record that has a connection's host ends, 0 if none has. */
  recordOf(connection: Connection): number;
  /** Messages of a side of this connection go to a hop, learned under an epoch. */
  teach(connection: Connection, side: Side, hop: number, epoch: number): void;
  /** Whatever was learned of hops is void. */
  forgetHops(): void;
  /**
   * Of the next `looked` records those that were idle too long at `now`, milliseconds, but no more than
   * `atMost`: the rest comes with the next calls, before others are looked at. After the last record it starts
   * again with the first.
   */
  expired(now: number, timeouts: Timeouts, looked: number, atMost?: number): readonly Connection[];
  /** Whether there are records that were not looked at since the first was. */
  readonly isSweeping: boolean;
  /** How many connections a node has, of any phase. */
  countOf(node: NodeIndex): number;
}

/** The node's port that a connection is work for; null where it is none (see {@link ConnectionTable.load}). */
const loadKeyOf = (connection: Connection): number | null =>
  connection.openedBy === 'host' && !isDone(connection)
    ? nodePortKey(connection.node, connection.nodePort, connection.protocol)
    : null;

/** How many connections there are under each key. */
const makeTally = () => {
  const counts = new Map<number, number>();
  const add = (key: number | null, by: number): void => {
    if (key === null) return;
    const count = (counts.get(key) ?? 0) + by;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
  };
  return {
    of: (key: number): number => counts.get(key) ?? 0,
    move: (from: number | null, to: number | null): void => {
      if (from === to) return;
      add(from, -1);
      add(to, 1);
    },
  };
};

/** An empty flow table, in memory that is there and will not grow. */
export const makeFlowTable = (kernels: Kernels, memory: FlowMemory): FlowTable => {
  kernels.flowInit(memory.at, memory.records, memory.buckets, ...memory.keys);
  const records = flowRecords(kernels.memory.buffer, memory.at);
  const scratch = scratchOf(kernels, memory);
  const found = new Uint32Array(kernels.memory.buffer, scratch, SWEEP + 1);
  const loads = makeTally();
  const ofNodes = makeTally();
  /** Where each walk of `values` is, so that it survives the removal of that record. */
  const walks = new Set<{ at: number }>();
  let sweep = FIRST;
  /** Which of those that were found comes next. */
  let next = 0;

  const outside: Find = (protocol, hostAddress, hostPort, clusterAddress, clusterPort) =>
    typeof hostAddress === 'number' &&
    typeof clusterAddress === 'number' &&
    arePorts(hostPort, clusterPort)
      ? kernels.findOutside(protocol, hostAddress | 0, hostPort, clusterAddress | 0, clusterPort)
      : NONE;
  const inside: Find = (protocol, nodeAddress, nodePort, hostAddress, hostPort) =>
    typeof nodeAddress === 'number' &&
    typeof hostAddress === 'number' &&
    arePorts(nodePort, hostPort)
      ? kernels.findInside(protocol, nodeAddress | 0, nodePort, hostAddress | 0, hostPort)
      : NONE;
  const recordOf = (c: Connection): number =>
    outside(c.protocol, c.hostAddress, c.hostPort, c.clusterAddress, c.clusterPort);
  const insideRecordOf = (c: Connection): number =>
    inside(c.protocol, c.nodeAddress, c.nodePort, c.hostAddress, c.hostPort);

  const connectionIn = (record: number): Connection | undefined =>
    record === NONE ? undefined : records.read(record);

  const unlink = (record: number): void => {
    if (record === NONE) return;
    const before = records.read(record);
    loads.move(loadKeyOf(before), null);
    ofNodes.move(before.node, null);
    for (const walk of walks) if (walk.at === record) walk.at = records.previous(record);
    kernels.flowUnlink(record);
  };

  const insert = (connection: Flow): void => {
    const record = kernels.flowAllocate();
    if (record === NONE)
      throw new RangeError(`the connection table has ${memory.records} records, and all are taken`);
    records.write(record, connection);
    kernels.flowLink(record);
    loads.move(null, loadKeyOf(connection));
    ofNodes.move(null, connection.node);
  };

  /** A connection in place of another with the same host ends. */
  const replace = (record: number, connection: Flow): void => {
    const before = records.read(record);
    if (before.nodeAddress !== connection.nodeAddress || before.nodePort !== connection.nodePort) {
      kernels.flowLeaveInside(record);
      records.write(record, connection);
      kernels.flowEnterInside(record);
    } else if (before.node !== connection.node) records.write(record, connection);
    else records.writeStanding(record, connection);
    if (!keepsTurn(before, connection)) kernels.flowRestate(record);
    loads.move(loadKeyOf(before), loadKeyOf(connection));
    ofNodes.move(before.node, connection.node);
  };

  const sweepOn = (now: number, timeouts: Timeouts, looked: number): void => {
    const { tcpTransitory, tcpEstablished, udp, icmp } = timeouts;
    const most = Math.min(looked, SWEEP);
    const times = [now, tcpTransitory, tcpEstablished, udp, icmp] as const;
    sweep = kernels.flowExpired(sweep, scratch, most, ...times);
    next = 0;
  };

  function* values(): Generator<Connection, undefined> {
    const walk = { at: NONE };
    walks.add(walk);
    try {
      while (true) {
        walk.at = records.next(walk.at);
        if (walk.at === NONE) return;
        yield records.read(walk.at);
      }
    } finally {
      walks.delete(walk);
    }
  }

  return {
    get size() {
      return kernels.flowSize();
    },
    // Not by rest parameters: a look-up would take twice the time.
    outside: (protocol, hostAddress, hostPort, clusterAddress, clusterPort) =>
      connectionIn(outside(protocol, hostAddress, hostPort, clusterAddress, clusterPort)),
    inside: (protocol, nodeAddress, nodePort, hostAddress, hostPort) =>
      connectionIn(inside(protocol, nodeAddress, nodePort, hostAddress, hostPort)),
    put: (connection) => {
      const record = recordOf(connection);
      const other = insideRecordOf(connection);
      if (other !== record) unlink(other);
      if (record === NONE) insert(connection);
      else replace(record, connection);
    },
    remove: (connection) => unlink(recordOf(connection)),
    clear: (connection) => {
      unlink(recordOf(connection));
      unlink(insideRecordOf(connection));
    },
    recordOf,
    teach: (connection, side, hop, epoch) => {
      const record = recordOf(connection);
      if (record !== NONE) records.teach(record, side, hop, epoch);
    },
    forgetHops: () => {
      kernels.flowForgetHops();
    },
    values,
    oldestFleeting: () => connectionIn(kernels.flowOldestFleeting()),
    load: (node, nodePort, protocol) => loads.of(nodePortKey(node, nodePort, protocol)),
    countOf: (node) => ofNodes.of(node),
    expired: (now, timeouts, looked, atMost = SWEEP) => {
      if (next === found.length || found[next] === NONE) sweepOn(now, timeouts, looked);
      const some: Connection[] = [];
      while (some.length < atMost) {
        const record = found[next] ?? NONE;
        if (record === NONE) break;
        next++;
        // It may have been heard, or be another's, since it was found.
        const connection = records.isUsed(record) ? records.read(record) : undefined;
        if (connection && isExpired(connection, timeouts, now)) some.push(connection);
      }
      return some;
    },
    get isSweeping() {
      return sweep !== FIRST || (found[next] ?? NONE) !== NONE;
    },
  };
};
