// Which node takes what is for another (A21, claim 16): its backup, while it is down.

import type { ClusterNode, NodeIndex, Topology } from '../decision/topology.ts';

/** Whether a node gets anything: one that drains still does. */
export const operates = (node: ClusterNode | undefined): boolean =>
  node !== undefined && node.state !== 'down';

/** Whether a node gets new connections. */
export const isActive = (node: ClusterNode | undefined): boolean => node?.state === 'active';

const orBackup = (
  { nodes }: Topology,
  node: NodeIndex,
  takes: (node: ClusterNode | undefined) => boolean,
): NodeIndex | null => {
  if (takes(nodes[node])) return node;
  const backup = nodes[node]?.backup ?? null;
  return backup !== null && takes(nodes[backup]) ? backup : null;
};

/** The node itself, or its backup when it is down; null when neither operates. */
export const operating = (topology: Topology, node: NodeIndex): NodeIndex | null =>
  orBackup(topology, node, operates);

/** The node itself, or its backup, whichever takes new connections; null when neither does. */
export const receiving = (topology: Topology, node: NodeIndex): NodeIndex | null =>
  orBackup(topology, node, isActive);
