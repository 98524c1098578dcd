// What a fault to plant is, and who finds it.

import type { Patch } from './patched-kernels.ts';

/** What finds it: conversations of the fixed run; or what goes where they come by chance only. */
export type Finder = 'conversations' | 'checksum edges' | 'checksum lengths' | 'epochs';

export interface Planted {
  readonly name: string;
  /** What the text is there for. */
  readonly why: string;
  readonly patches: readonly Patch[];
  readonly by: Finder;
}

/** In `file` of assembly, `after` in place of `before`. */
export const patch = (file: string, before: string, after: string): Patch => ({
  file: `assembly/${file}`,
  before,
  after,
});

const plantedFor =
  (by: Finder) =>
  (name: string, why: string, ...patches: readonly Patch[]): Planted => ({
    name,
    why,
    patches,
    by,
  });
export const planted = plantedFor('conversations');
export const onTheEdge = plantedFor('checksum edges');
export const inLengths = plantedFor('checksum lengths');
export const inEpochs = plantedFor('epochs');

/** All flows have one of four tags, and a bucket has room for two: entries move, and many overflow. */
export const CROWDED: readonly Patch[] = [
  patch(
    'flow/hash.ts',
    'return max<u32>(<u32>((hosts + rest + k4) >>> 32), 1);',
    'return (<u32>((hosts + rest + k4) >>> 32) & 3) + 1;',
  ),
  patch(
    'flow/buckets.ts',
    'const lanes = lanesWith(bucket, 0);',
    'const lanes = lanesWith(bucket, 0) & 3;',
  ),
  patch('flow/buckets.ts', 'lane < bucket + flow.LANES * TAG_SIZE', 'lane < bucket + 2 * TAG_SIZE'),
];

/** Changes that are sound: nothing may differ. */
export const SOUND: readonly Planted[] = [
  planted('nothing', 'this is the product'),
  planted('crowded buckets', 'a tag says only where to look', ...CROWDED),
];
