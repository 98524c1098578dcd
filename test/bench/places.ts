// Where what the pipeline works with lies in the kernels' memory: for references that work on the same bytes.
// All of it is known outside the kernels, but nothing says it in one place.

import * as flow from '../../assembly/layout/flow.ts';
import type { Link, Topology } from '../../core/decision/topology.ts';
import { flowMemory } from '../../adapters/gateway/flow/memory.ts';
import type { Kernels } from '../../adapters/gateway/kernels.ts';
import type { Memory } from '../../adapters/gateway/memory.ts';

/** Offsets in bytes; the settings lie where assembly/layout/settings.ts says. */
export interface Places {
  readonly links: number;
  readonly nodes: number;
  readonly hops: number;
  readonly directory: number;
  /** The last of its entries. */
  readonly directoryLast: number;
  readonly records: number;
  /** Buckets of the two directions; the distance of the last from the first; leaves of a hash their number. */
  readonly outside: number;
  readonly inside: number;
  readonly bucketsLast: number;
  readonly shift: number;
  readonly keys: readonly [bigint, bigint, bigint, bigint, bigint];
}

export const placesOf = (
  kernels: Kernels,
  { pipeline }: Pick<Memory, 'pipeline'>,
  { limits, hashKey }: Topology,
): Places => {
  const { links, nodes, hops, directory, directoryCapacity, end } = pipeline;
  const { at, records, buckets, keys } = flowMemory(kernels, limits.connections, hashKey, end);
  const outside = at + (records + 1) * flow.RECORD_SIZE;
  return {
    links,
    nodes,
    hops,
    directory,
    directoryLast: directoryCapacity - 1,
    records: at,
    outside,
    inside: outside + buckets * flow.BUCKET_SIZE,
    bucketsLast: (buckets - 1) * flow.BUCKET_SIZE,
    shift: Math.clz32(buckets) + 1,
    keys,
  };
};

/** Frames that came together by one link: slots so far apart, and a word each for length and egress. */
export interface Batch {
  readonly ingress: Link;
  readonly count: number;
  readonly slots: number;
  readonly stride: number;
  readonly lengths: number;
  readonly egresses: number;
}
