// What lies in the kernels' memory: slots for frames, and behind them the pipeline's tables and
// the connection table.

import type { Topology } from '../../core/decision/topology.ts';
import type { FlowConnections } from './flow/connections.ts';
import { flowConnectionsIn } from './flow/connections.ts';
import { flowMemory, flowMemoryEnd, growTo } from './flow/memory.ts';
import type { Kernels } from './kernels.ts';
import type { PipelineMemory } from './pipeline/memory.ts';
import { pipelineMemory } from './pipeline/memory.ts';
import type { KernelSlots, SlotPlan } from './slots.ts';
import { slotsEnd, slotsIn } from './slots.ts';

const PAGE = 65536;

export interface Memory {
  readonly slots: KernelSlots;
  readonly connections: FlowConnections;
  readonly pipeline: PipelineMemory;
  /** Where the `extra` bytes begin, at a page. */
  readonly extraAt: number;
}

/**
 * Slots, a table for as many connections as the topology allows, the pipeline's tables, and `extra` bytes
 * for whoever carries the frames. The memory grows here, once. Throws where the process cannot have so much.
 */
export const makeMemory = (
  kernels: Kernels,
  plan: SlotPlan,
  topology: Topology,
  extra = 0,
): Memory => {
  const { limits, hashKey } = topology;
  const pipeline = pipelineMemory(topology, slotsEnd(plan));
  const flows = flowMemory(kernels, limits.connections, hashKey, pipeline.end);
  const extraAt = Math.ceil(flowMemoryEnd(kernels, flows) / PAGE) * PAGE;
  growTo(kernels, extraAt + extra);
  return {
    slots: slotsIn(kernels, plan),
    extraAt,
    connections: flowConnectionsIn(kernels, flows),
    pipeline,
  };
};
