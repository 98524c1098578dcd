// Table changes by people (A21, A22): nodes and services change while hosts go on using the cluster.

import type { Connection } from './connection/connection.ts';
import type { Change, Tables } from './tables.ts';
import type { NodeIndex, NodeState, Service, Topology } from './topology.ts';
import { GATEWAY, nodePortKey } from './topology.ts';

/** Index for finding the service that a node's own port belongs to. */
export const byNodePort = (services: Iterable<Service>): ReadonlyMap<number, Service> => {
  const found = new Map<number, Service>();
  for (const service of services) {
    const { route, nodePort, protocol } = service;
    const nodes =
      route.kind === 'node' ? [route.node] : route.kind === 'connection' ? route.nodes : [];
    for (const node of nodes) found.set(nodePortKey(node, nodePort, protocol), service);
  }
  return found;
};

/** `node` gets `state`. A node that is down loses its connections; one that drains keeps them. */
export const setNode = (tables: Tables, node: NodeIndex, state: NodeState): readonly Change[] => {
  const { topology } = tables;
  const nodes = topology.nodes.map((one, index) => (index === node ? { ...one, state } : one));
  const changed: Change = { kind: 'topology', topology: { ...topology, nodes } };
  if (state !== 'down') return [changed];
  const gone: Change[] = [];
  for (const connection of tables.connections.byOutside.values())
    if (connection.node === node) gone.push({ kind: 'connection-gone', connection });
  return [changed, ...gone];
};

/** `service` gets another entry in the message switch table; connections it has stay where they are. */
export const setService = (tables: Tables, service: Service): readonly Change[] => {
  const { topology } = tables;
  const services = new Map(topology.services);
  for (const [key, one] of services)
    if (one.port === service.port && one.protocol === service.protocol) services.set(key, service);
  const serviceByNodePort = byNodePort(services.values());
  return [{ kind: 'topology', topology: { ...topology, services, serviceByNodePort } }];
};

/** What becomes of a connection under `topology`: its node may have another index, or be gone. */
const moved = (topology: Topology, connection: Connection): readonly Change[] => {
  if (connection.node === GATEWAY) return [];
  const node = topology.nodeByAddress.get(connection.nodeAddress);
  if (node === undefined || topology.nodes[node]?.state === 'down')
    return [{ kind: 'connection-gone', connection }];
  return node === connection.node
    ? []
    : [{ kind: 'connection', connection: { ...connection, node } }];
};

/** The gateway goes over to `topology`, which has the same links; connections that can go on do. */
export const adopt = (tables: Tables, topology: Topology): readonly Change[] => {
  const changes: Change[] = [{ kind: 'topology', topology }];
  for (const connection of tables.connections.byOutside.values())
    changes.push(...moved(topology, connection));
  return changes;
};
