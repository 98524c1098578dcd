// What lies in the kernels' memory: slots for frames, and behind them the pipeline's tables and
// the connection table.

import type { Topology } from '../../core/decision/topology.ts';
import type { FlowConnections } from './flow/connections.ts';
import { flowConnectionsIn } from './flow/connections.ts';
import { flowMemory, flowMemoryEnd, growTo } from './flow/memory.ts';
import type { Kernels } from './kernels.ts';
import type { PipelineMemory } from './pipeline/memory.ts';
import { pipelineMemory } from './pipeline/memory.ts';
import type { KernelSlots } from './slots.ts';
import { slotsEnd, slotsIn } from './slots.ts';

export interface Memory {
  readonly slots: KernelSlots;
  readonly connections: FlowConnections;
  readonly pipeline: PipelineMemory;
}

/**
 * `capacity` slots for frames of up to `maxFrame` bytes, a table for as many connections as the topology
 * allows, and the pipeline's tables. The memory grows here, once. Throws where the process cannot have so
 * much.
 */
export const makeMemory = (
  kernels: Kernels,
  capacity: number,
  maxFrame: number,
  topology: Topology,
): Memory => {
  const { limits, hashKey } = topology;
  const pipeline = pipelineMemory(topology, slotsEnd(capacity, maxFrame));
  const flows = flowMemory(kernels, limits.connections, hashKey, pipeline.end);
  growTo(kernels, flowMemoryEnd(kernels, flows));
  return {
    slots: slotsIn(kernels, capacity, maxFrame),
    connections: flowConnectionsIn(kernels, flows),
    pipeline,
  };
};
