// What lies in the kernels' memory: slots for frames, and behind them the connection table.

import type { Topology } from '../../core/decision/topology.ts';
import type { Slots } from '../device.ts';
import type { FlowConnections } from './flow-connections.ts';
import { flowConnectionsIn } from './flow-connections.ts';
import { flowMemory, flowMemoryEnd, growTo } from './flow-memory.ts';
import type { Kernels } from './kernels.ts';
import { slotsEnd, slotsIn } from './slots.ts';

export interface Memory {
  readonly slots: Slots;
  readonly connections: FlowConnections;
}

/**
 * `capacity` slots for frames of up to `maxFrame` bytes, and a table for as many connections as the topology
 * allows. The memory grows here, once. Throws where the process cannot have so much.
 */
export const makeMemory = (
  kernels: Kernels,
  capacity: number,
  maxFrame: number,
  { limits, hashKey }: Topology,
): Memory => {
  const flows = flowMemory(kernels, limits.connections, hashKey, slotsEnd(capacity, maxFrame));
  growTo(kernels, flowMemoryEnd(kernels, flows));
  return {
    slots: slotsIn(kernels, capacity, maxFrame),
    connections: flowConnectionsIn(kernels, flows),
  };
};
