// A small cluster for tests of fragments, and how their packets come and leave.

import { expect } from 'vitest';
import type { Output, Step } from '../../../core/simulate/simulate.ts';
import { step } from '../../../core/simulate/simulate.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import type { Link } from '../../../core/decision/topology.ts';
import { linkSettings } from '../../../core/decision/topology.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import { ETHER_TYPE_IPV4 } from '../../../core/wire/layout/ethernet.ts';
import { cutAt, packetIn } from '../../arbitraries/fragments.ts';
import { counted } from '../rpc/slow-xdr.ts';
import {
  CLUSTER,
  HOST,
  NODES,
  UDP,
  address,
  macOf,
  packetOf,
  tablesOf,
  topology,
} from './laboratory.ts';
import type { Message } from './laboratory.ts';
import { callOf } from './routes/rpc-laboratory.ts';

export const [ALPHA = HOST, BETA = HOST, GAMMA = HOST] = NODES;
export const MANAGER = address('198.51.100.200');
export const ACK = 0x10;
export const SYN = 0x02;

export const services = [
  { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'gamma'] },
  { port: 123, protocol: 'udp', route: 'node', node: 'gamma', nodePort: 1123 },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
  { port: 20048, protocol: 'udp', route: 'mount' },
];
export const changes = {
  services,
  exports: { '/projects': 'gamma' },
  mountPorts: { alpha: 635, beta: 635, gamma: 635 },
};
export const of = topology(changes);
export const direct = topology({
  ...changes,
  mountPorts: {},
  forwarding: 'direct',
  services: services.filter(({ nodePort }) => nodePort === undefined),
});
export const narrow = topology({
  ...changes,
  interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.1/24', mtu: 576 },
});
export const HOSTS = [HOST, MANAGER];

/** The frame that brings an IP packet by `link`. */
export const framed = (link: Link, packet: Uint8Array): Uint8Array =>
  ethernet.encode({
    destination: linkSettings(of, link).mac,
    source: macOf(packetIn(packet).source),
    etherType: ETHER_TYPE_IPV4,
    payload: packet,
  });

export interface Passed {
  readonly tables: Tables;
  readonly steps: readonly Step[];
  readonly outputs: readonly Output[];
}

/** Packets through the switch, one after another. */
export const passPackets = (
  tables: Tables,
  link: Link,
  packets: readonly Uint8Array[],
  now = 0,
): Passed => {
  const steps: Step[] = [];
  let state = tables;
  for (const packet of packets) {
    const one = step(state, framed(link, packet), link, now);
    steps.push(one);
    state = one.tables;
  }
  return { tables: state, steps, outputs: steps.flatMap(({ outputs }) => outputs) };
};

export const packetsOf = (outputs: readonly Output[]): readonly Uint8Array[] =>
  outputs.map(({ frame }) => frame.slice(14));

export const reasons = ({ steps }: Passed): readonly string[] =>
  steps.map(({ decision: { verdict } }) => ('reason' in verdict ? verdict.reason : verdict.kind));

/** Where frames go: link and MAC address. */
export const ways = (outputs: readonly Output[]): ReadonlySet<string> =>
  new Set(outputs.map(({ egress, frame }) => `${egress} ${frame.slice(0, 6).join(':')}`));

export const extents = (packets: readonly Uint8Array[]): readonly string[] =>
  packets
    .map(packetIn)
    .map((one) => `${one.fragmentOffset} ${one.payload.length} ${one.moreFragments}`)
    .sort();

export const expectNothingKept = ({ datagrams }: Tables): void => {
  expect(datagrams.byKey.size).toBe(0);
  expect(datagrams.heldBytes).toBe(0);
};

export const message = (from: Partial<Message>): Message => ({
  source: HOST,
  destination: CLUSTER,
  protocol: UDP,
  sourcePort: 5000,
  destinationPort: 53,
  dontFragment: false,
  ...from,
});

export const HANDLE = [1, 0, 0, 2, ...Array.from({ length: 24 }, (_, n) => n)];
/** READ's arguments begin with the handle; what follows is the test's. */
export const nfsCall = (more: Uint8Array): Uint8Array =>
  Uint8Array.from([
    ...callOf({ program: 100003, version: 3, procedure: 7, args: counted(HANDLE) }),
    ...more,
  ]);

/** A datagram to the service of one node, in three fragments. */
export const packet = packetOf(message({ payload: Uint8Array.from({ length: 100 }, (_, n) => n) }));
export const [first = packet, second = packet, third = packet] = cutAt(packet, [16, 56]);
export const tables = tablesOf(of, HOSTS);
