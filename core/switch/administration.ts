// Table changes by people (A21, A22): nodes and services change while hosts go on using the cluster.

import type { Connection } from '../decision/connection/connection.ts';
import type { Change, Tables } from '../decision/tables.ts';
import { nodeName } from '../decision/names.ts';
import { forgetPorts } from './mount-port.ts';
import { operates } from './operating.ts';
import { orphaned } from './orphans.ts';
import type {
  ClusterNode,
  Link,
  NodeIndex,
  NodeState,
  Service,
  ServiceKey,
  Topology,
} from '../decision/topology.ts';
import { GATEWAY, byNodePort, serviceKey } from '../decision/topology.ts';

/**
 * `node` gets `state`. One that is down loses its connections, which the sweep turns into orphans, some in
 * each tick; one that drains keeps them. What was learned of its ports is asked for again when it returns.
 */
export const setNode = (tables: Tables, node: NodeIndex, state: NodeState): readonly Change[] => {
  const { topology } = tables;
  const nodes = topology.nodes.map((one, index) => (index === node ? { ...one, state } : one));
  const changed: Change = { kind: 'topology', topology: { ...topology, nodes } };
  return state === 'down' ? [changed, ...forgetPorts(tables, node)] : [changed];
};

/** `service` gets another entry in the message switch table; TCP connections it has stay where they are. */
export const setService = (tables: Tables, service: Service): readonly Change[] => {
  const { topology } = tables;
  const services = new Map(topology.services);
  services.set(serviceKey(service.port, service.protocol), service);
  const serviceByNodePort = byNodePort(services.values(), topology.nodes);
  return [{ kind: 'topology', topology: { ...topology, services, serviceByNodePort } }];
};

/**
 * A link's interface carries packets of at most `mtu` bytes now, so no longer ones leave by it: hosts are told
 * as by any router on the way (RFC 1191). Nothing changes where they could not before.
 */
export const setMtu = (tables: Tables, link: Link, mtu: number): readonly Change[] => {
  const { topology } = tables;
  const links = topology.links.map((one) =>
    one !== null && one.link === link && one.mtu !== mtu ? { ...one, mtu } : one,
  );
  return links.every((one, index) => one === topology.links[index])
    ? []
    : [{ kind: 'topology', topology: { ...topology, links } }];
};

/** What becomes of a connection under `next`: its node may have another index, or be gone. */
const moved = (running: Topology, next: Topology, connection: Connection): readonly Change[] => {
  if (connection.node === GATEWAY) return [];
  const address = running.nodes[connection.node]?.address;
  const node = address === undefined ? undefined : next.nodeByAddress.get(address);
  const keepsAddress =
    !running.clusterAddresses.has(connection.clusterAddress) ||
    next.clusterAddresses.has(connection.clusterAddress);
  if (node === undefined || !keepsAddress || !operates(next.nodes[node]))
    return orphaned(connection);
  return node === connection.node
    ? []
    : [{ kind: 'connection', connection: { ...connection, node } }];
};

/** What was learned of nodes that have another index now, or another address, is asked for again. */
const doubted = (tables: Tables, next: Topology): readonly Change[] => {
  const { topology } = tables;
  const same = topology.nodes.every(({ address }, index) => next.nodes[index]?.address === address);
  return same ? [] : topology.nodes.flatMap((_, index) => forgetPorts(tables, index));
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
  const nodes = nodesAfter(running, before, next);
  const topology: Topology = {
    ...next,
    nodes,
    services,
    serviceByNodePort: byNodePort(services.values(), nodes),
  };
  const changes: Change[] = [{ kind: 'topology', topology }, ...doubted(tables, next)];
  for (const connection of tables.connections.values())
    changes.push(...moved(running, topology, connection));
  return changes;
};
