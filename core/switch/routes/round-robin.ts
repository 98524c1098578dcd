// Round robin (A20, claim 14): nodes in turn, those that cannot take the connection passed over.

import type { NodeIndex } from '../../decision/topology.ts';

/** The chosen node, and where in the list the next turn starts. */
export interface Turn {
  readonly node: NodeIndex;
  readonly next: number;
}

/** The next of `nodes`, from index `cursor` on, that `takes` the connection; null when none does. */
export const roundRobin = (
  nodes: readonly NodeIndex[],
  cursor: number,
  takes: (node: NodeIndex) => boolean,
): Turn | null => {
  for (let step = 0; step < nodes.length; step++) {
    const index = (cursor + step) % nodes.length;
    const node = nodes[index];
    if (node !== undefined && takes(node)) return { node, next: (index + 1) % nodes.length };
  }
  return null;
};
