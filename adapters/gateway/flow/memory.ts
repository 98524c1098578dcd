// Where the flow table lies in the kernels' memory, and the keys of its hash.

import type { HashKey } from '../../../core/decision/keyed-hash.ts';
import { hashText } from '../../../core/decision/keyed-hash.ts';
import { BUCKET_SIZE } from '../../../assembly/layout/flow.ts';
import { wantHugePages } from '../../linux/huge-pages.ts';
import type { Kernels } from '../kernels.ts';

const PAGE = 65536;
/** Records that a sweep looks at, at most; it writes a number of 32 bits for each, and one more. */
export const SWEEP = 16_384;
const SCRATCH_SIZE = (SWEEP + 1) * 4;
/**
 * Records beyond the limit of connections, which is kept by those who decide: changes may enter one
 * connection before they take another out.
 */
const SLACK = 64;

/** A flow table's place and measures. */
export interface FlowMemory {
  /** Where it begins, a multiple of 64; all zero, so far. */
  readonly at: number;
  readonly records: number;
  /** In each direction; a power of two, at least 2. */
  readonly buckets: number;
  readonly keys: readonly [bigint, bigint, bigint, bigint, bigint];
}

/** Where a sweep writes what it found: behind the table. */
export const scratchOf = (kernels: Kernels, { at, records, buckets }: FlowMemory): number =>
  at + kernels.flowBytes(records, buckets);

const keysOf = (key: HashKey): FlowMemory['keys'] => {
  const word = (name: string): bigint =>
    (BigInt(hashText(key, `flow table ${name} high`)) << 32n) |
    BigInt(hashText(key, `flow table ${name} low`));
  return [word('a'), word('b'), word('c'), word('d'), word('e')];
};

/** The measures of a table for `capacity` flows at `at`. */
export const flowMemory = (
  kernels: Kernels,
  capacity: number,
  hashKey: HashKey,
  at: number,
): FlowMemory => ({
  at: Math.ceil(at / BUCKET_SIZE) * BUCKET_SIZE,
  records: capacity + SLACK,
  buckets: kernels.flowBuckets(capacity),
  keys: keysOf(hashKey),
});

/** Where the memory of a table ends, its scratch included. */
export const flowMemoryEnd = (kernels: Kernels, memory: FlowMemory): number =>
  scratchOf(kernels, memory) + SCRATCH_SIZE;

/**
 * Has the kernels' memory reach up to `end`, bytes. Every view that was taken before loses its bytes, so
 * this is done once, for all who need memory. Throws where the process cannot have so much.
 */
export const growTo = ({ memory }: Kernels, end: number): void => {
  const pages = Math.ceil((end - memory.buffer.byteLength) / PAGE);
  if (pages <= 0) return;
  try {
    memory.grow(pages);
  } catch (cause) {
    const megabytes = Math.ceil(end / 1e6);
    throw new RangeError(
      `the gateway needs ${megabytes} MB for its tables and cannot have them: lower limits.connections`,
      { cause },
    );
  }
  wantHugePages(new Uint8Array(memory.buffer));
};
