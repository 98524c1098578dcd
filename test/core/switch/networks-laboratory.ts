// A small cluster on two networks (A13): who asks what there, and what answers.

import type { Step } from '../../../core/simulate/simulate.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Link } from '../../../core/decision/topology.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { counted, string } from '../rpc/slow-xdr.ts';
import type { Message } from './laboratory.ts';
import {
  CAMPUS,
  HOST,
  NODES,
  TCP,
  UDP,
  address,
  knowing,
  pass,
  tablesOf,
  topology,
} from './laboratory.ts';
import { callOf } from './routes/rpc-laboratory.ts';

export const LAB: Link = CAMPUS + 1;
export const SYN = 0x02;
export const SYN_ACK = 0x12;
export const [ALPHA = HOST, BETA = HOST, GAMMA = HOST] = NODES;

export const services = [
  { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  { port: 123, protocol: 'udp', route: 'node', node: 'gamma', nodePort: 1123 },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
  { port: 20048, protocol: 'udp', route: 'mount' },
];
export const campus = {
  device: { tap: 'oh-campus' },
  address: '198.51.100.1/24',
  router: '198.51.100.254',
  management: ['198.51.100.200'],
};
export const lab = {
  device: { tap: 'oh-lab' },
  address: '203.0.113.1/24',
  router: '203.0.113.254',
  management: ['192.0.2.200'],
};
export const changes = {
  services,
  exports: { '/projects': 'gamma' },
  mountPorts: { alpha: 635, beta: 635, gamma: 635 },
};
export const of = topology({ ...changes, networks: { campus, lab } });

export const LAB_HOST = address('203.0.113.9');
export const FAR = address('192.0.2.77');
export const ROUTERS = new Map([
  [CAMPUS, address('198.51.100.254')],
  [LAB, address('203.0.113.254')],
]);
export const CLUSTERS = new Map([
  [CAMPUS, address('198.51.100.1')],
  [LAB, address('203.0.113.1')],
]);

export const withNeighbours = (tables: Tables): Tables =>
  knowing(knowing(tables, LAB, [LAB_HOST, address('203.0.113.254')]), CAMPUS, [HOST]);
export const tables = withNeighbours(tablesOf(of));

/** Who asks, the network whose cluster address is asked, and where the question comes in. */
export interface Asker {
  readonly host: Ipv4Address;
  readonly asked: Link;
  readonly by: Link;
  /** Where the answer must go. */
  readonly back: readonly [Link, Ipv4Address];
}

export const asker = (
  host: Ipv4Address,
  asked: Link,
  by: Link,
  back: readonly [Link, Ipv4Address],
): Asker => ({
  host,
  asked,
  by,
  back,
});
export const router = (link: Link): Ipv4Address => ROUTERS.get(link) ?? HOST;

export const askers: readonly (readonly [string, Asker])[] = [
  ['a host of the first network', asker(HOST, CAMPUS, CAMPUS, [CAMPUS, HOST])],
  ['a host of the second', asker(LAB_HOST, LAB, LAB, [LAB, LAB_HOST])],
  ['a host of the first, by routers, the second', asker(HOST, LAB, LAB, [CAMPUS, HOST])],
  ['a host of the first, straight, the second', asker(HOST, LAB, CAMPUS, [CAMPUS, HOST])],
  ['a host of the second, by routers, the first', asker(LAB_HOST, CAMPUS, CAMPUS, [LAB, LAB_HOST])],
  ['a host behind routers the first', asker(FAR, CAMPUS, CAMPUS, [CAMPUS, router(CAMPUS)])],
  ['a host behind routers the second', asker(FAR, LAB, LAB, [LAB, router(LAB)])],
];

export const nfsCall = callOf({
  program: 100003,
  version: 3,
  procedure: 1,
  args: counted([1, 0, 0, 1, 0, 0]),
});
export const mountCall = callOf({
  program: 100005,
  version: 3,
  procedure: 1,
  args: string('/projects'),
});

/** Questions: what is asked, and the node and port that answer. */
export const questions: readonly (readonly [string, Partial<Message>, Ipv4Address, number])[] = [
  ['the connection manager', { protocol: TCP, destinationPort: 80, flags: SYN }, ALPHA, 80],
  ['one node', { protocol: UDP, destinationPort: 53 }, BETA, 53],
  ['one node on another port', { protocol: UDP, destinationPort: 123 }, GAMMA, 1123],
  ['NFS', { protocol: UDP, destinationPort: 2049, payload: nfsCall }, ALPHA, 2049],
  ['MOUNT', { protocol: UDP, destinationPort: 20048, payload: mountCall }, GAMMA, 635],
  ['a non-specific port', { protocol: UDP, destinationPort: 40_001 }, GAMMA, 40_001],
  [
    'a non-specific port of TCP',
    { protocol: TCP, destinationPort: 40_001, flags: SYN },
    GAMMA,
    40_001,
  ],
];

export const ask = (
  state: Tables,
  { host, asked, by }: Asker,
  message: Partial<Message>,
  now = 0,
): Step =>
  pass(
    state,
    by,
    { source: host, destination: CLUSTERS.get(asked) ?? HOST, sourcePort: 5000, ...message },
    now,
  );

export const answer = (
  state: Tables,
  { host }: Asker,
  node: Ipv4Address,
  port: number,
  protocol: number,
  now = 0,
): Step =>
  pass(
    state,
    INTERCONNECT,
    {
      source: node,
      destination: host,
      protocol,
      sourcePort: port,
      destinationPort: 5000,
      flags: SYN_ACK,
    },
    now,
  );
