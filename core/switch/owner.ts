// Which ports of the cluster address are a node's own without any connection entry (A5, A7, A11).

import { isPortType } from '../wire/packet.ts';
import type { Tables } from '../decision/tables.ts';
import type { NodeIndex, Service, Topology } from '../decision/topology.ts';
import { GATEWAY, nodePortKey, serviceKey } from '../decision/topology.ts';
import { mountServiceAt } from './mount-port.ts';
import { nodeOfPort } from './non-specific-ports.ts';

/** The node that a port belongs to by the algorithm; an echo identifier is no port. */
export const nonSpecificNode = (topology: Topology, protocol: number, port: number): NodeIndex =>
  topology.nonSpecificPorts === null || !isPortType(protocol)
    ? -1
    : nodeOfPort(topology.nonSpecificPorts, topology.nodes.length, port);

/** Whether the cluster port is spoken for by configuration, whoever it belongs to. */
export const isAssigned = (topology: Topology, protocol: number, port: number): boolean =>
  topology.services.has(serviceKey(port, protocol)) ||
  nonSpecificNode(topology, protocol, port) >= 0;

/** The service that a node's own port belongs to. */
export const serviceAt = (
  tables: Tables,
  node: NodeIndex,
  protocol: number,
  port: number,
): Service | undefined =>
  tables.topology.serviceByNodePort.get(nodePortKey(node, port, protocol)) ??
  mountServiceAt(tables, node, protocol, port);

/**
 * The cluster port that a node's own port shows as without an entry; -1 when it needs one. Of a service
 * that several nodes share, only an entry brings the answer back to the node that asked.
 */
export const clusterPortOf = (
  tables: Tables,
  node: NodeIndex,
  protocol: number,
  port: number,
): number => {
  const { topology } = tables;
  if (!isPortType(protocol)) return -1;
  if (node === GATEWAY) {
    // Its own MOUNT, which tries what no export has (box 820), speaks as the cluster's.
    const isMount = topology.services.get(serviceKey(port, protocol))?.route.kind === 'mount';
    return isMount || !isAssigned(topology, protocol, port) ? port : -1;
  }
  const service = serviceAt(tables, node, protocol, port);
  if (service !== undefined) return service.route.kind === 'connection' ? -1 : service.port;
  return nonSpecificNode(topology, protocol, port) === node ? port : -1;
};
