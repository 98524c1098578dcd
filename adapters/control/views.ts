// What `onehost show` shows of the running gateway: plain values, the same for people and for --json.

import { formatAddress, formatMac } from '../../core/wire/address.ts';
import { linkName, nodeName, protocolName } from '../../core/decision/names.ts';
import { counterMeaning } from '../../core/decision/count.ts';
import type { Tables } from '../../core/decision/tables.ts';
import type { NodeIndex, Service, Topology } from '../../core/decision/topology.ts';
import { nodesOf } from '../../core/decision/topology.ts';
import { PROGRAM } from '../../core/rpc/layout/mount.ts';
import { mountPortOf } from '../../core/switch/mount-port.ts';
import type { LinkCounters } from '../gateway/counters.ts';
import { LOSSES, LOSS_NAMES } from '../gateway/counters.ts';
import type { Gateway } from '../gateway/gateway.ts';

/** Null where there is nothing to say. */
export type Cell = string | number | readonly string[] | null;

/** A row of a table: column to cell, in the order of the columns. Times are in seconds. */
export type Row = Readonly<Record<string, Cell>>;

/** What a view looks at. */
export interface Viewed {
  readonly gateway: Gateway;
  readonly devices: { rows(): readonly Row[] };
  /** Which of the workers this is. */
  readonly worker: number;
}

/** `now` in milliseconds of the gateway's clock. Rows of a long table are made one by one, as they are asked for. */
export type View = (viewed: Viewed, now: number) => Iterable<Row>;

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

/** The nodes that a service may lead to, by name; what the gateway answers itself leads to none. */
const nodesBehind = (topology: Topology, service: Service): readonly string[] => {
  const { exports, nodes } = topology;
  const reached =
    service.route.kind === 'mount'
      ? [...new Set(exports.values())]
      : nodesOf(service, nodes.length);
  return reached.map((node) => nodeName(topology, node));
};

/** MOUNT has a port of each node's own, which `show nodes` tells. */
const nodePortOf = ({ route, embodiment, nodePort }: Service): number | null =>
  route.kind === 'portmapper' || (route.kind === 'mount' && embodiment === 'rewrite')
    ? null
    : nodePort;

const services: View = ({ gateway }) => {
  const { topology } = gateway.tables;
  return [...topology.services.values()].map((service) => ({
    port: service.port,
    protocol: protocolName(service.protocol),
    route: service.route.kind,
    nodes: nodesBehind(topology, service),
    nodePort: nodePortOf(service),
    scheduler: service.route.kind === 'connection' ? service.route.scheduler : null,
    forwarding: service.embodiment,
  }));
};

/** In the order of their opening. Those that end meanwhile are left out. */
function* connections({ gateway }: Viewed, now: number): Iterable<Row> {
  for (const c of gateway.tables.connections.values())
    yield {
      protocol: protocolName(c.protocol),
      host: `${formatAddress(c.hostAddress)}:${c.hostPort}`,
      cluster: `${formatAddress(c.clusterAddress)}:${c.clusterPort}`,
      node: nodeName(gateway.tables.topology, c.node),
      nodePort: c.nodePort,
      openedBy: c.openedBy,
      phase: c.phase,
      age: seconds(now - c.openedAt),
      idle: seconds(now - c.lastSeen),
    };
}

/** The protocols over which the cluster has MOUNT. */
const mountProtocols = ({ services: table }: Topology): readonly number[] =>
  [...table.values()].flatMap(({ program, protocol }) => (program === PROGRAM ? [protocol] : []));

/** The ports of a node's MOUNT, and how they are known: by the file, or asked of its portmapper. */
const mountPorts = (tables: Tables, node: NodeIndex): Row => {
  const { topology } = tables;
  const protocols = mountProtocols(topology);
  const ports = protocols.flatMap((protocol) => {
    const port = mountPortOf(tables, node, protocol);
    return port === null ? [] : [`${port}/${protocolName(protocol)}`];
  });
  if (protocols.length === 0) return { mountPorts: null, mountPortsBy: null };
  if (topology.mountPorts.has(node)) return { mountPorts: ports, mountPortsBy: 'configured' };
  const by = ports.length === protocols.length ? 'learned' : 'unknown';
  return { mountPorts: ports, mountPortsBy: by };
};

const nodes: View = ({ gateway }) => {
  const { tables } = gateway;
  const { topology } = tables;
  return topology.nodes.map((node, index) => ({
    name: node.name,
    number: node.number,
    address: formatAddress(node.address),
    state: node.state,
    connections: gateway.connectionsOf(index),
    weight: node.weight,
    backup: node.backup === null ? null : nodeName(topology, node.backup),
    ...mountPorts(tables, index),
  }));
};

/** What was counted of a link; of losses those that there were. */
const linkRows = ({ losses, ...traffic }: LinkCounters): readonly Row[] => [
  ...Object.entries(traffic).map(([name, value]) => ({ name, value, meaning: null })),
  ...LOSSES.filter((loss) => losses[loss] > 0).map((loss) => {
    const [name, meaning] = LOSS_NAMES[loss];
    return { name, value: losses[loss], meaning };
  }),
];

const counters: View = ({ gateway: { tables, counters: counted } }) => [
  ...[...counted.verdicts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, value]) => ({ of: 'frames', name, value, meaning: counterMeaning(name) })),
  {
    of: 'handled',
    name: 'repeated',
    value: counted.handled.repeated,
    meaning: 'passed on by the pipeline as frames before them were',
  },
  {
    of: 'handled',
    name: 'decided',
    value: counted.handled.decided,
    meaning: 'decided each for itself',
  },
  ...counted.links.flatMap((link, index) =>
    tables.topology.links[index]
      ? linkRows(link).map((row) => ({ of: linkName(tables.topology, index), ...row }))
      : [],
  ),
];

const neighbours: View = ({ gateway: { tables } }, now) =>
  [...tables.neighbours.values()].map((neighbour) => ({
    link: linkName(tables.topology, neighbour.link),
    address: formatAddress(neighbour.address),
    mac: neighbour.mac === null ? null : formatMac(neighbour.mac),
    heard: seconds(now - neighbour.heardAt),
    held: neighbour.held.length,
  }));

/** What one worker has done; the others answer for themselves. */
const workers: View = ({ worker, gateway: { tables, counters: counted } }) => [
  {
    worker,
    connections: tables.connections.size,
    frames: counted.links.reduce((sum, { framesIn }) => sum + framesIn, 0),
    ...counted.handled,
  },
];

const devices: View = ({ devices: table }) => table.rows();

export const views: Readonly<Record<string, View>> = {
  services,
  connections,
  nodes,
  counters,
  neighbours,
  devices,
  workers,
};
