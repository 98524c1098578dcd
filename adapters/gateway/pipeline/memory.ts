// Where the pipeline's tables lie in the kernels' memory, one behind the other.

import type { Topology } from '../../../core/decision/topology.ts';
import * as directory from '../../../assembly/layout/directory.ts';
import * as hop from '../../../assembly/layout/hop.ts';
import * as link from '../../../assembly/layout/link.ts';
import * as node from '../../../assembly/layout/node.ts';

const LINE = 64;
/** Hops are numbered in 16 bits, from 1. */
const MOST_HOPS = 0xffff;
/** Nodes are numbered in 16 bits; a configuration that is loaded later may have more than the first. */
const MOST_NODES = 0xffff;
/** Addresses and ports that a configuration loaded later may have besides. */
const SLACK = 4096;

/** Offsets in bytes; capacities in entries. */
export interface PipelineMemory {
  readonly links: number;
  readonly nodes: number;
  readonly hops: number;
  /** The number of the last hop that there is room for. */
  readonly lastHop: number;
  readonly directory: number;
  /** A power of two. */
  readonly directoryCapacity: number;
  readonly end: number;
}

const aligned = (at: number): number => Math.ceil(at / LINE) * LINE;

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(least));

/** The measures of the tables for a topology, from `at` on. */
export const pipelineMemory = (topology: Topology, at: number): PipelineMemory => {
  const { links, nodes, limits, services, serviceByNodePort, clusterAddresses } = topology;
  const lastHop = Math.min(MOST_HOPS, limits.neighbours + nodes.length + links.length);
  const entries =
    lastHop + 3 * nodes.length + services.size + serviceByNodePort.size + clusterAddresses.size;
  // Half of the directory stays empty.
  const directoryCapacity = powerOfTwo(2 * (entries + SLACK));
  const linksAt = aligned(at);
  const nodesAt = aligned(linksAt + links.length * link.SIZE);
  const hopsAt = aligned(nodesAt + MOST_NODES * node.SIZE);
  const directoryAt = aligned(hopsAt + (lastHop + 1) * hop.SIZE);
  return {
    links: linksAt,
    nodes: nodesAt,
    hops: hopsAt,
    lastHop,
    directory: directoryAt,
    directoryCapacity,
    end: directoryAt + directoryCapacity * directory.ENTRY_SIZE,
  };
};
