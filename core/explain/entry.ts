// Table entries in words: keys, connections, neighbours, and the changes that a decision asks for.

import { formatAddress, formatMac, ipv4 } from '../wire/address.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { firstPhase } from '../decision/connection/phase.ts';
import { linkName, nodeName, protocolName, serviceName } from '../decision/names.ts';
import type { Change, Neighbour } from '../decision/tables.ts';
import type { NonSpecificPorts, Service, ServiceKey, Topology } from '../decision/topology.ts';

/** `80/tcp` of a key of the message switch table. */
export const serviceKeyText = (key: ServiceKey): string =>
  `${key % 65536}/${protocolName(Math.floor(key / 65536))}`;

/** `port 80/tcp of n1` of a key made by `nodePortKey`. */
export const nodePortText = (topology: Topology, key: number): string => {
  const port = key % 65536;
  const rest = Math.floor(key / 65536);
  const protocol = rest & 255;
  return `port ${port}/${protocolName(protocol)} of ${nodeName(topology, Math.floor(rest / 256))}`;
};

/** An address in a key of a table: IPv4 stands there as a number. */
const keyAddress = (part: string): string =>
  /^\d+$/.test(part) ? formatAddress(ipv4(Number(part))) : part;

/** The five parts of a connection's key: both ends, in the key's order. */
export const connectionKeyText = (key: string): string => {
  const [protocol = '', first = '', firstPort = '', second = '', secondPort = ''] = key.split(' ');
  const name = protocolName(Number(protocol));
  return `${name} ${keyAddress(first)}:${firstPort} - ${keyAddress(second)}:${secondPort}`;
};

export const neighbourKeyText = (topology: Topology, key: string): string => {
  const [link = '', address = ''] = key.split(' ');
  return `${keyAddress(address)} on ${linkName(topology, Number(link))}`;
};

/** An entry of the cluster connection table, from the host to the node. */
export const connectionText = (topology: Topology, connection: Connection): string => {
  const { protocol, hostAddress, hostPort, clusterAddress, clusterPort, nodePort } = connection;
  const host = `host ${formatAddress(hostAddress)}:${hostPort}`;
  const cluster = `cluster ${formatAddress(clusterAddress)}:${clusterPort}`;
  const node = `node ${nodeName(topology, connection.node)} ${formatAddress(connection.nodeAddress)}:${nodePort}`;
  const state = `${connection.phase}, opened by the ${connection.openedBy}`;
  return `${protocolName(protocol)} ${host} - ${cluster} - ${node}, ${state}`;
};

export const serviceText = (topology: Topology, service: Service): string => {
  const { route, nodePort, port } = service;
  const name = serviceName(service);
  const moved = nodePort === port ? '' : `, port ${nodePort} there`;
  if (route.kind === 'node') return `${name}: node ${nodeName(topology, route.node)}${moved}`;
  if (route.kind === 'connection') {
    const nodes = route.nodes.map((node) => nodeName(topology, node)).join(', ');
    return `${name}: function connection over ${nodes}${moved}`;
  }
  return `${name}: function ${route.name}${moved}`;
};

export const nonSpecificText = ({ from, to, algorithm }: NonSpecificPorts): string =>
  `${from} to ${to}, algorithm ${algorithm}`;

export const neighbourText = ({ mac, asked, held }: Neighbour): string => {
  const waiting = held.length === 0 ? '' : `, ${held.length} waiting for it`;
  return mac === null
    ? `being asked for, request ${asked}${waiting}`
    : `${formatMac(mac)}${waiting}`;
};

/** The node whose turn is next in a service's round robin. */
export const cursorText = (topology: Topology, key: ServiceKey, next: number): string => {
  const route = topology.services.get(key)?.route;
  const node = route?.kind === 'connection' ? route.nodes[next] : undefined;
  return node === undefined ? `turn ${next}` : `the next turn is ${nodeName(topology, node)}'s`;
};

/** One change of a table. */
export const changeText = (topology: Topology, change: Change): string => {
  switch (change.kind) {
    case 'connection': {
      const { openedAt, lastSeen, protocol, phase } = change.connection;
      const isNew = openedAt === lastSeen && phase === firstPhase(protocol);
      const what = isNew ? 'connection opened' : 'connection';
      return `${what}: ${connectionText(topology, change.connection)}`;
    }
    case 'connection-gone':
      return `connection forgotten: ${connectionText(topology, change.connection)}`;
    case 'cursor': {
      const turn = cursorText(topology, change.service, change.next);
      return `round robin of ${serviceKeyText(change.service)}: ${turn}`;
    }
    case 'neighbour': {
      const { link, address } = change.neighbour;
      const where = `${formatAddress(address)} on ${linkName(topology, link)}`;
      return `neighbour ${where}: ${neighbourText(change.neighbour)}`;
    }
    case 'neighbour-gone': {
      const { link, address } = change.neighbour;
      return `neighbour forgotten: ${formatAddress(address)} on ${linkName(topology, link)}`;
    }
    case 'error-budget':
      return `that may go at once: ${Math.floor(change.budget.errors)} errors, ${Math.floor(change.budget.refusals)} refusals left`;
    case 'topology':
      return 'the configuration';
  }
};
