// Table entries in words.

import { formatAddress, formatIpv4, formatMac } from '../wire/address.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { linkName, nodeName, protocolName, serviceName } from '../decision/names.ts';
import type { Datagram } from '../decision/datagram.ts';
import type { Mount } from '../decision/mount.ts';
import type { Orphan } from '../decision/orphan.ts';
import type { RpcPort } from '../decision/rpc-port.ts';
import type { Plan } from '../decision/schedule.ts';
import type { Neighbour } from '../decision/tables.ts';
import type { Way } from '../decision/way.ts';
import type {
  ClusterNode,
  NodeIndex,
  NonSpecificPorts,
  Route,
  Service,
  ServiceKey,
  Topology,
} from '../decision/topology.ts';
import { counted } from './counted.ts';

/** An entry of the cluster connection table, from the host to the node. */
export const connectionText = (topology: Topology, connection: Connection): string => {
  const { protocol, hostAddress, hostPort, clusterAddress, clusterPort, nodePort } = connection;
  const host = `host ${formatAddress(hostAddress)}:${hostPort}`;
  const cluster = `cluster ${formatAddress(clusterAddress)}:${clusterPort}`;
  const node = `node ${nodeName(topology, connection.node)} ${formatAddress(connection.nodeAddress)}:${nodePort}`;
  const state = `${connection.phase}, opened by the ${connection.openedBy}`;
  return `${protocolName(protocol)} ${host} - ${cluster} - ${node}, ${state}`;
};

/** The routing function of an entry, by the documents' name where they give one; null for `node`. */
export const functionName = ({ kind }: Route): string | null => {
  switch (kind) {
    case 'node':
      return null;
    case 'connection':
      return 'f_inconn';
    case 'mount':
      return 'f_MOUNT';
    case 'nfs':
      return 'f_NFS';
    case 'portmapper':
      return 'portmapper';
  }
};

const routeText = (topology: Topology, route: Route): string => {
  switch (route.kind) {
    case 'node':
      return `node ${nodeName(topology, route.node)}`;
    case 'connection': {
      const nodes = route.nodes.map((node) => nodeName(topology, node)).join(', ');
      const by = route.scheduler === 'round-robin' ? '' : `, ${route.scheduler}`;
      return `function connection over ${nodes}${by}`;
    }
    case 'mount':
    case 'portmapper':
      return `function ${route.kind}`;
    case 'nfs': {
      const { offset, size, order } = route.field;
      const end = size === 1 ? '' : `, ${order} endian`;
      return `function nfs, the node number at byte ${offset} of the filehandle, ${counted(size, 'byte')}${end}`;
    }
  }
};

export const serviceText = (topology: Topology, service: Service): string => {
  const { route, nodePort, port, embodiment } = service;
  const moved = nodePort === port ? '' : `, port ${nodePort} there`;
  const direct = embodiment === 'direct' ? ', direct' : '';
  return `${serviceName(service)}: ${routeText(topology, route)}${moved}${direct}`;
};

export const clusterNodeText = (topology: Topology, node: ClusterNode): string => {
  const { number, address, state, weight, backup } = node;
  const share = weight === 1 ? '' : `, weight ${weight}`;
  const other = backup === null ? '' : `, backup ${nodeName(topology, backup)}`;
  return `number ${number}, ${formatAddress(address)}, ${state}${share}${other}`;
};

export const nonSpecificText = ({ from, to, algorithm }: NonSpecificPorts): string =>
  `${from} to ${to}, algorithm ${algorithm}`;

export const neighbourText = ({ mac, asked, held }: Neighbour): string => {
  const waiting = held.length === 0 ? '' : `, ${held.length} waiting for it`;
  return mac === null
    ? `being asked for, request ${asked}${waiting}`
    : `${formatMac(mac)}${waiting}`;
};

/** The plan by which a service's connections are shared; null where it has no such. */
const planOf = (topology: Topology, key: ServiceKey): Plan | null => {
  const route = topology.services.get(key)?.route;
  return route?.kind === 'connection' ? route.plan : null;
};

/** What keeps count for the service: its scheduler. */
export const schedulerText = (topology: Topology, key: ServiceKey): string => {
  const route = topology.services.get(key)?.route;
  return route?.kind === 'connection' ? route.scheduler.replaceAll('-', ' ') : 'round robin';
};

/** Where the service's next choice of a node starts. */
export const cursorText = (topology: Topology, key: ServiceKey, next: number): string => {
  const plan = planOf(topology, key);
  const named = (node: NodeIndex | undefined): string | null =>
    node === undefined ? null : nodeName(topology, node);
  if (plan?.kind === 'turns') {
    const node = named(plan.turns[next]);
    return node === null ? `turn ${next}` : `the next turn is ${node}'s`;
  }
  if (plan?.kind === 'least-connections') {
    const node = named(plan.members[next]?.node);
    return node === null ? `turn ${next}` : `of nodes that are level, the first from ${node} on`;
  }
  return plan === null ? `turn ${next}` : 'no turns';
};

/** `identification 7, udp 198.51.100.9 > 198.51.100.1` of a datagram in fragments. */
export const datagramName = ({ protocol, source, destination, identification }: Datagram): string =>
  `identification ${identification}, ${protocolName(protocol)} ${formatIpv4(source)} > ${formatIpv4(destination)}`;

const fateText = (topology: Topology, { fate }: Datagram): string => {
  switch (fate.kind) {
    case 'held':
      return 'not decided yet';
    case 'followed': {
      const { egress, nextHop } = fate.exit;
      return `goes by ${linkName(topology, egress)} to ${formatIpv4(nextHop)}`;
    }
    case 'dropped':
      return `dropped: ${fate.reason}`;
  }
};

/** What is known of a datagram in fragments: how much has come, and where it goes. */
export const datagramText = (topology: Topology, datagram: Datagram): string => {
  const { pieces, total, held } = datagram;
  const bytes = pieces.reduce((sum, { from, to }) => sum + to - from, 0);
  const all = total < 0 ? '' : ` of ${total}`;
  const waiting = held.length === 0 ? '' : `, ${held.length} held`;
  return `${counted(pieces.length, 'fragment')}, ${bytes}${all} bytes${waiting}; ${fateText(topology, datagram)}`;
};

/** What a node's portmapper said of a program's port. */
export const rpcPortText = ({ port, heardAt, asked }: RpcPort): string => {
  const known = port === null ? (heardAt === null ? 'not known' : 'none') : `port ${port}`;
  return asked === 0 ? known : `${known}, being asked, question ${asked}`;
};

export const mountText = ({ asked }: Mount): string =>
  asked === null ? 'granted' : `asked for from port ${asked.port}`;

/** Which cluster address a host's port speaks to. */
export const wayText = ({ clusterAddress, clusterPort }: Way): string =>
  `asked cluster ${formatIpv4(clusterAddress)}:${clusterPort}`;

export const orphanText = (topology: Topology, { connection, probed }: Orphan): string =>
  `${connectionText(topology, connection)}; its host was probed ${counted(probed, 'time')}`;
