// Rendezvous hashing: each node draws a number for what is to be placed, and the highest has it. When a node
// is lost, only what it had moves, to the others by their weights; when it is back, only that comes back.
// (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998; weights: Schindelhauer
// and Schomaker, "Weighted distributed hash tables", 2005, the logarithmic method.)

import type { HashKey } from '../../decision/keyed-hash.ts';
import { hash4 } from '../../decision/keyed-hash.ts';
import type { Member } from '../../decision/schedule.ts';
import type { NodeIndex } from '../../decision/topology.ts';

/** The node with the highest draw for `word`, 32 bits, among those that `takes`; null when none does. */
export const highestDraw = (
  members: readonly Member[],
  hashKey: HashKey,
  word: number,
  takes: (node: NodeIndex) => boolean,
): NodeIndex | null => {
  let highest: NodeIndex | null = null;
  let most = 0;
  for (const { node, number, weight } of members) {
    if (!takes(node)) continue;
    // Between 0 and 1, and neither: then the logarithm is below 0, and the draw above.
    const chance = (hash4(hashKey, word, number, 0, 0) + 0.5) / 0x100000000;
    const draw = -weight / Math.log(chance);
    if (draw <= most) continue;
    most = draw;
    highest = node;
  }
  return highest;
};
