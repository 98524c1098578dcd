// The mount port table (figure 7): on which port a node's MOUNT listens, as configured or as learned.

import * as mount from '../rpc/layout/mount.ts';
import { rpcPortKey } from '../decision/rpc-port.ts';
import type { Change, Tables } from '../decision/tables.ts';
import type { NodeIndex, Service } from '../decision/topology.ts';
import { nodePortKey } from '../decision/topology.ts';

/** The port of the node's MOUNT over this protocol; null while it is not known. */
export const mountPortOf = (
  { topology, rpcPorts }: Tables,
  node: NodeIndex,
  protocol: number,
): number | null =>
  topology.mountPorts.get(node) ??
  rpcPorts.byNode.get(rpcPortKey(node, mount.PROGRAM, protocol))?.port ??
  null;

/** The port of a service on a node. In `direct` no port can be changed (A14). */
export const nodePortOf = (tables: Tables, service: Service, node: NodeIndex): number =>
  service.program === mount.PROGRAM && service.embodiment === 'rewrite'
    ? (mountPortOf(tables, node, service.protocol) ?? service.nodePort)
    : service.nodePort;

/** The MOUNT service that a node's own port belongs to. */
export const mountServiceAt = (
  { topology, rpcPorts }: Tables,
  node: NodeIndex,
  protocol: number,
  port: number,
): Service | undefined => {
  const isMount =
    topology.mountPorts.get(node) === port ||
    rpcPorts.byPort.get(nodePortKey(node, port, protocol))?.program === mount.PROGRAM;
  if (!isMount) return undefined;
  for (const service of topology.services.values())
    if (service.route.kind === 'mount' && service.protocol === protocol) return service;
  return undefined;
};

/** The changes by which a node's ports are asked for anew, at the next tick. */
export const forgetPorts = ({ rpcPorts }: Tables, node: NodeIndex): readonly Change[] => {
  const gone: Change[] = [];
  for (const rpcPort of rpcPorts.byNode.values())
    if (rpcPort.node === node) gone.push({ kind: 'rpc-port-gone', rpcPort });
  return gone;
};

/** A node has refused a packet to a port: if it was MOUNT's, it may listen elsewhere by now. */
export const refusedChanges = (
  { rpcPorts }: Tables,
  node: NodeIndex,
  protocol: number,
  port: number,
): readonly Change[] => {
  const rpcPort = rpcPorts.byPort.get(nodePortKey(node, port, protocol));
  return rpcPort === undefined
    ? []
    : [{ kind: 'rpc-port', rpcPort: { ...rpcPort, heardAt: null } }];
};
