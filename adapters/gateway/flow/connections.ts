// The cluster connection table of the running gateway (figure 10): IPv4 in the kernels' flow table. Those
// that have an IPv6 address, which no records hold, stand in dictionaries beside it, and come after all
// others wherever there is an order.

import type { FlowTable } from './table.ts';
import { makeFlowTable } from './table.ts';
import { flowMemory, flowMemoryEnd, growTo } from './memory.ts';
import type { FlowMemory } from './memory.ts';
import { isFlow } from './record.ts';
import type { Kernels } from '../kernels.ts';
import type { Connection } from '../../../core/decision/connection/connection.ts';
import { keyedTable } from '../../../core/decision/connection/keyed-table.ts';
import { isExpired } from '../../../core/decision/connection/phase.ts';
import type { ConnectionTable } from '../../../core/decision/connection/table.ts';
import { inPlace } from '../../../core/decision/dictionary.ts';
import type { HashKey } from '../../../core/decision/keyed-hash.ts';

/** Changes are made in place: each gives this table again. */
export interface FlowConnections
  extends
    ConnectionTable,
    Pick<FlowTable, 'recordOf' | 'expired' | 'isSweeping' | 'teach' | 'forgetHops' | 'countOf'> {}

/** The table without whatever has one of a connection's pairs of ends. */
const cleared = (table: ConnectionTable, c: Connection): ConnectionTable => {
  const byOutside = table.outside(
    c.protocol,
    c.hostAddress,
    c.hostPort,
    c.clusterAddress,
    c.clusterPort,
  );
  const rest = byOutside === undefined ? table : table.without(byOutside);
  const byInside = rest.inside(c.protocol, c.nodeAddress, c.nodePort, c.hostAddress, c.hostPort);
  return byInside === undefined ? rest : rest.without(byInside);
};

/** An empty table in memory that is there already. */
export const flowConnectionsIn = (kernels: Kernels, memory: FlowMemory): FlowConnections => {
  const flows = makeFlowTable(kernels, memory);
  let others = keyedTable(inPlace);

  const connections: FlowConnections = {
    get size() {
      return flows.size + others.size;
    },
    // Dictionaries are asked, by the text of a key, only where there is something in them.
    outside: (protocol, hostAddress, hostPort, clusterAddress, clusterPort) =>
      flows.outside(protocol, hostAddress, hostPort, clusterAddress, clusterPort) ??
      (others.size === 0
        ? undefined
        : others.outside(protocol, hostAddress, hostPort, clusterAddress, clusterPort)),
    inside: (protocol, nodeAddress, nodePort, hostAddress, hostPort) =>
      flows.inside(protocol, nodeAddress, nodePort, hostAddress, hostPort) ??
      (others.size === 0
        ? undefined
        : others.inside(protocol, nodeAddress, nodePort, hostAddress, hostPort)),
    with: (connection) => {
      if (isFlow(connection)) {
        if (others.size > 0) others = cleared(others, connection);
        flows.put(connection);
      } else {
        flows.clear(connection);
        others = others.with(connection);
      }
      return connections;
    },
    without: (connection) => {
      flows.remove(connection);
      if (others.size > 0) others = others.without(connection);
      return connections;
    },
    *values() {
      yield* flows.values();
      yield* others.values();
    },
    oldestFleeting: () => flows.oldestFleeting() ?? others.oldestFleeting(),
    load: (...port) => flows.load(...port) + others.load(...port),
    countOf: (node) =>
      others.size === 0
        ? flows.countOf(node)
        : flows.countOf(node) + [...others.values()].filter((one) => one.node === node).length,
    recordOf: (connection) => flows.recordOf(connection),
    teach: (...learned) => {
      flows.teach(...learned);
    },
    forgetHops: () => {
      flows.forgetHops();
    },
    get isSweeping() {
      return flows.isSweeping;
    },
    expired: (now, timeouts, ...limits) => {
      const some = flows.expired(now, timeouts, ...limits);
      if (others.size === 0) return some;
      return [...some, ...[...others.values()].filter((one) => isExpired(one, timeouts, now))];
    },
  };
  return connections;
};

/**
 * An empty table for `capacity` connections at the end of the kernels' memory, which grows by it: views
 * that were taken before are of no use any more, and the memory must not grow again. Throws where the
 * process cannot have so much.
 */
export const makeFlowConnections = (
  kernels: Kernels,
  capacity: number,
  hashKey: HashKey,
): FlowConnections => {
  const memory = flowMemory(kernels, capacity, hashKey, kernels.memory.buffer.byteLength);
  growTo(kernels, flowMemoryEnd(kernels, memory));
  return flowConnectionsIn(kernels, memory);
};
