// A small cluster of the alternate embodiment (A14), and messages as its nodes send them.

import type { Step } from '../../../core/simulate/simulate.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { counted } from '../rpc/slow-xdr.ts';
import type { Message } from './laboratory.ts';
import {
  CLUSTER,
  HOST,
  NODES,
  UDP,
  address,
  macOf,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';
import { callOf } from './routes/rpc-laboratory.ts';

export const [ALPHA = HOST, BETA = HOST, GAMMA = HOST] = NODES;
export const MANAGER = address('198.51.100.200');
export const FAR = address('192.0.2.77');
export const SYN = 0x02;
export const SYN_ACK = 0x12;
export const ACK = 0x10;

export const services = [
  { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
  { port: 22, protocol: 'tcp', route: 'node', node: 'alpha' },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'gamma'] },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
];
export const of = topology({ forwarding: 'direct', services });
export const rewriting = topology({ services });
export const tables = tablesOf(of, [HOST, MANAGER]);

/** What a node sends in the cluster's name. */
export const fromNode = (sender: Ipv4Address, message: Partial<Message>): Message => ({
  source: CLUSTER,
  destination: HOST,
  sender,
  protocol: UDP,
  sourcePort: 9000,
  destinationPort: 9,
  ...message,
});

export const toCluster = (message: Partial<Message>): Message => ({
  source: HOST,
  destination: CLUSTER,
  sourcePort: 9000,
  ...message,
});

export const packets = ({ outputs }: Step): readonly Uint8Array[] =>
  outputs.map(({ frame }) => frame.slice(14));

/** The node whose MAC address the only frame that leaves is addressed to. */
export const nodeOf = (one: Step): Ipv4Address | undefined =>
  NODES.find((node) => seen(one).length === 1 && seen(one)[0]?.mac === macOf(node));

export const nfsCall = (node: number): Uint8Array =>
  callOf({ program: 100003, version: 3, procedure: 1, args: counted([1, 0, 0, node, 0, 0]) });
