// What `onehost show` shows of the running gateway: plain values, the same for people and for --json.

import { formatAddress, formatMac } from '../../core/wire/address.ts';
import { linkName, nodeName, protocolName } from '../../core/decision/names.ts';
import { counterMeaning } from '../../core/decision/count.ts';
import type { Service, Topology } from '../../core/decision/topology.ts';
import type { Gateway } from '../gateway/gateway.ts';

/** Null where there is nothing to say. */
export type Cell = string | number | readonly string[] | null;

/** A row of a table: column to cell, in the order of the columns. Times are in seconds. */
export type Row = Readonly<Record<string, Cell>>;

/** `now` in milliseconds of the gateway's clock. */
export type View = (gateway: Gateway, now: number) => readonly Row[];

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

const nodesOf = (topology: Topology, { route }: Service): readonly string[] => {
  if (route.kind === 'node') return [nodeName(topology, route.node)];
  if (route.kind === 'absent') return [];
  return route.nodes.map((node) => nodeName(topology, node));
};

const services: View = ({ tables: { topology } }) =>
  [...topology.services.values()].map((service) => ({
    port: service.port,
    protocol: protocolName(service.protocol),
    route: service.route.kind === 'absent' ? `${service.route.name} (absent)` : service.route.kind,
    nodes: nodesOf(topology, service),
    nodePort: service.nodePort,
    scheduler: service.route.kind === 'connection' ? service.route.scheduler : null,
  }));

const connections: View = ({ tables }, now) =>
  [...tables.connections.byOutside.values()].map((c) => ({
    protocol: protocolName(c.protocol),
    host: `${formatAddress(c.hostAddress)}:${c.hostPort}`,
    cluster: `${formatAddress(c.clusterAddress)}:${c.clusterPort}`,
    node: nodeName(tables.topology, c.node),
    nodePort: c.nodePort,
    openedBy: c.openedBy,
    phase: c.phase,
    age: seconds(now - c.openedAt),
    idle: seconds(now - c.lastSeen),
  }));

const nodes: View = ({ tables: { topology, connections: table } }) => {
  const counts = new Map<number, number>();
  for (const { node } of table.byOutside.values()) counts.set(node, (counts.get(node) ?? 0) + 1);
  return topology.nodes.map((node, index) => ({
    name: node.name,
    number: node.number,
    address: formatAddress(node.address),
    state: node.state,
    connections: counts.get(index) ?? 0,
  }));
};

const counters: View = ({ tables, counters: counted }) => [
  ...[...counted.verdicts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, value]) => ({ of: 'frames', name, value, meaning: counterMeaning(name) })),
  ...counted.links.flatMap((link, index) =>
    tables.topology.links[index]
      ? Object.entries(link).map(([name, value]) => ({
          of: linkName(tables.topology, index),
          name,
          value: Number(value),
          meaning: null,
        }))
      : [],
  ),
];

const neighbours: View = ({ tables }, now) =>
  [...tables.neighbours.values()].map((neighbour) => ({
    link: linkName(tables.topology, neighbour.link),
    address: formatAddress(neighbour.address),
    mac: neighbour.mac === null ? null : formatMac(neighbour.mac),
    heard: seconds(now - neighbour.heardAt),
    held: neighbour.held.length,
  }));

export const views: Readonly<Record<string, View>> = {
  services,
  connections,
  nodes,
  counters,
  neighbours,
};
