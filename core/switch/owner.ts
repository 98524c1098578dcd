// Which ports of the cluster address are a node's own without any connection entry (A5, A7, A11).

import { isPortType } from '../wire/packet.ts';
import type { NodeIndex, Topology } from '../decision/topology.ts';
import { GATEWAY, nodePortKey, serviceKey } from '../decision/topology.ts';
import { nodeOfPort } from './non-specific-ports.ts';

/** Node and its port that inbound messages to a cluster port reach by configuration alone. */
export interface Owner {
  readonly node: NodeIndex;
  readonly port: number;
}

/** The node that a port belongs to by the algorithm; an echo identifier is no port. */
const nonSpecificNode = (topology: Topology, protocol: number, port: number): NodeIndex =>
  topology.nonSpecificPorts === null || !isPortType(protocol)
    ? -1
    : nodeOfPort(topology.nonSpecificPorts, topology.nodes.length, port);

/** Whether the cluster port is spoken for by configuration, whoever it belongs to. */
export const isAssigned = (topology: Topology, protocol: number, port: number): boolean =>
  topology.services.has(serviceKey(port, protocol)) ||
  nonSpecificNode(topology, protocol, port) >= 0;

/** The owner of a cluster port; null for a service of several nodes, where only an entry can tell. */
export const ownerOf = (topology: Topology, protocol: number, port: number): Owner | null => {
  if (!isPortType(protocol)) return null;
  const service = topology.services.get(serviceKey(port, protocol));
  if (service !== undefined)
    return service.route.kind === 'node'
      ? { node: service.route.node, port: service.nodePort }
      : null;
  const node = nonSpecificNode(topology, protocol, port);
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
  if (!isPortType(protocol)) return -1;
  if (node === GATEWAY) return isAssigned(topology, protocol, port) ? -1 : port;
  const service = topology.serviceByNodePort.get(nodePortKey(node, port, protocol));
  if (service !== undefined) return service.port;
  return nonSpecificNode(topology, protocol, port) === node ? port : -1;
};
