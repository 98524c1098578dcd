// Which ports of the cluster address are a node's own without any connection entry (A5, A7, A11).

import type { NodeIndex, Topology } from './topology.ts';
import { GATEWAY, nodePortKey, serviceKey } from './topology.ts';
import { nodeOfPort } from './non-specific-ports.ts';

/** Node and its port that inbound messages to a cluster port reach by configuration alone. */
export interface Owner {
  readonly node: NodeIndex;
  readonly port: number;
}

/** Whether the cluster port is spoken for by configuration, whoever it belongs to. */
export const isAssigned = (topology: Topology, protocol: number, port: number): boolean =>
  topology.services.has(serviceKey(port, protocol)) || nonSpecificNode(topology, port) >= 0;

const nonSpecificNode = (topology: Topology, port: number): NodeIndex =>
  topology.nonSpecificPorts === null
    ? -1
    : nodeOfPort(topology.nonSpecificPorts, topology.nodes.length, port);

/** The owner of a cluster port; null for a service of several nodes, where only an entry can tell. */
export const ownerOf = (topology: Topology, protocol: number, port: number): Owner | null => {
  const service = topology.services.get(serviceKey(port, protocol));
  if (service !== undefined)
    return service.route.kind === 'node'
      ? { node: service.route.node, port: service.nodePort }
      : null;
  const node = nonSpecificNode(topology, port);
  return node >= 0 ? { node, port } : { node: GATEWAY, port };
};

/**
 * The cluster port that a node's own port shows as, -1 when it has none. A service of several nodes
 * counts for each of them: what a node sends from that port can only be the service.
 */
export const clusterPortOf = (
  topology: Topology,
  node: NodeIndex,
  protocol: number,
  port: number,
): number => {
  if (node === GATEWAY) return isAssigned(topology, protocol, port) ? -1 : port;
  const service = topology.serviceByNodePort.get(nodePortKey(node, port, protocol));
  if (service !== undefined) return service.port;
  return nonSpecificNode(topology, port) === node ? port : -1;
};
