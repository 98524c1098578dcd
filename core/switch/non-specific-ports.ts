// Non-specific ports (A5): which node allocated a port, from its number alone (box 550, claims 4 and 5).

import type { NodeIndex, NonSpecificPorts } from '../decision/topology.ts';

/** Consecutive ports, both ends included. */
export interface PortRun {
  readonly from: number;
  readonly to: number;
}

/**
 * The node that allocates `port`, as an index into the nodes in the order of their numbers; -1 when the
 * port is not non-specific. `modulo`: the port's number modulo the number of nodes. `ranges`: the whole
 * range is cut into as many consecutive ranges, as even as can be.
 */
export const nodeOfPort = (ports: NonSpecificPorts, nodes: number, port: number): NodeIndex => {
  if (nodes < 1 || port < ports.from || port > ports.to) return -1;
  if (ports.algorithm === 'modulo') return port % nodes;
  // Node i has the offsets from floor(i * size / nodes) on; this is the inverse of that.
  const size = ports.to - ports.from + 1;
  return Math.floor(((port - ports.from + 1) * nodes - 1) / size);
};

/** The non-specific ports for which `wanted` holds, as runs in rising order. */
const runsWhere = (
  ports: NonSpecificPorts,
  wanted: (port: number) => boolean,
): readonly PortRun[] => {
  const runs: PortRun[] = [];
  for (let port = ports.from; port <= ports.to; port++) {
    if (!wanted(port)) continue;
    const last = runs.at(-1);
    if (last?.to === port - 1) runs[runs.length - 1] = { from: last.from, to: port };
    else runs.push({ from: port, to: port });
  }
  return runs;
};

/** The ports that the node at `index` allocates, as runs in rising order; none for no such node. */
export const portsOf = (
  ports: NonSpecificPorts,
  nodes: number,
  index: NodeIndex,
): readonly PortRun[] =>
  runsWhere(ports, (port) => index >= 0 && nodeOfPort(ports, nodes, port) === index);

/**
 * What the node at `index` must never allocate of `range`: the ports of other nodes, and those in
 * `taken`, as runs in rising order.
 */
export const portsBarredTo = (
  ports: NonSpecificPorts,
  nodes: number,
  index: NodeIndex,
  range: PortRun,
  taken: ReadonlySet<number>,
): readonly PortRun[] =>
  runsWhere(
    { ...ports, from: range.from, to: range.to },
    (port) => taken.has(port) || nodeOfPort(ports, nodes, port) !== index,
  );
