// Table changes by people (A21, A22): nodes and services change while hosts go on using the cluster.

import type { Connection } from '../decision/connection/connection.ts';
import type { Change, Tables } from '../decision/tables.ts';
import { nodeName } from '../decision/names.ts';
import type {
  ClusterNode,
  NodeIndex,
  NodeState,
  Service,
  ServiceKey,
  Topology,
} from '../decision/topology.ts';
import { GATEWAY, byNodePort, serviceKey } from '../decision/topology.ts';

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

/** `service` gets another entry in the message switch table; TCP connections it has stay where they are. */
export const setService = (tables: Tables, service: Service): readonly Change[] => {
  const { topology } = tables;
  const services = new Map(topology.services);
  services.set(serviceKey(service.port, service.protocol), service);
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

/** The nodes of `next`; a state that was set by hand stays, unless the file now says another than before. */
const nodesAfter = (
  running: Topology,
  before: Topology,
  next: Topology,
): readonly ClusterNode[] => {
  const named = (of: Topology, name: string) => of.nodes.find((node) => node.name === name);
  return next.nodes.map((node) => {
    const state = named(running, node.name)?.state;
    const unchanged = named(before, node.name)?.state === node.state;
    return state !== undefined && unchanged ? { ...node, state } : node;
  });
};

/** The node of a service of one node, by name. */
const soleNode = (of: Topology, key: ServiceKey): string | null => {
  const route = of.services.get(key)?.route;
  return route?.kind === 'node' ? nodeName(of, route.node) : null;
};

/** The services of `next`; a node that was set by hand stays likewise, if there still is such a node. */
const servicesAfter = (
  running: Topology,
  before: Topology,
  next: Topology,
): ReadonlyMap<ServiceKey, Service> => {
  const services = new Map(next.services);
  for (const [key, service] of next.services) {
    const set = soleNode(running, key);
    const node = next.nodes.findIndex(({ name }) => name === set);
    if (service.route.kind !== 'node' || node < 0) continue;
    if (soleNode(before, key) === soleNode(next, key))
      services.set(key, { ...service, route: { kind: 'node', node } });
  }
  return services;
};

/**
 * The gateway goes over from `before`, what it was last configured with, to `next`, which has the same
 * links. What people set since then stays, unless the two differ there; connections that can go on do.
 */
export const adopt = (tables: Tables, before: Topology, next: Topology): readonly Change[] => {
  const running = tables.topology;
  const services = servicesAfter(running, before, next);
  const topology: Topology = {
    ...next,
    nodes: nodesAfter(running, before, next),
    services,
    serviceByNodePort: byNodePort(services.values()),
  };
  const changes: Change[] = [{ kind: 'topology', topology }];
  for (const connection of tables.connections.byOutside.values())
    changes.push(...moved(topology, connection));
  return changes;
};
