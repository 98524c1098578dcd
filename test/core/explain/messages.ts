// Clusters and messages for the tests of explanations: calls of ONC RPC, fragments, the alternate embodiment.

import type { Explanation } from '../../../core/explain/explanation.ts';
import { explain } from '../../../core/explain/explanation.ts';
import { fragmentsOf } from '../../../core/host/fragmentation.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import type { Link, Topology } from '../../../core/decision/topology.ts';
import { linkSettings } from '../../../core/decision/topology.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import { ETHER_TYPE_IPV4 } from '../../../core/wire/layout/ethernet.ts';
import { bytes, word } from '../rpc/slow-xdr.ts';
import type { Message } from '../switch/laboratory.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  UDP,
  frameOf,
  macOf,
  packetOf,
  tablesOf,
  topology,
} from '../switch/laboratory.ts';

/** Services of ONC RPC, and a few others; beta's MOUNT is configured, the others' have to be learned. */
export const RPC_CLUSTER = {
  services: [
    { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
    { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
    { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'gamma'] },
    { port: 111, protocol: 'udp', route: 'portmapper' },
    { port: 20048, protocol: 'udp', route: 'mount' },
    { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
  ],
  exports: { '/projects': 'alpha', '/home': 'beta' },
  mountPorts: { beta: 20050 },
};

/** The same nodes, which take messages to the cluster address as they are (A14). */
export const DIRECT_CLUSTER = {
  forwarding: 'direct',
  services: [
    { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
    { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  ],
};

export const rpcTopology = (changes: Readonly<Record<string, unknown>> = {}): Topology =>
  topology({ ...RPC_CLUSTER, ...changes });

export const directTopology = (): Topology => topology(DIRECT_CLUSTER);

/** A call, without credentials, transaction 1. */
export const call = (
  program: number,
  version: number,
  procedure: number,
  ...args: readonly string[]
): Uint8Array =>
  bytes([1, 0, 2, program, version, procedure, 0, 0, 0, 0].map(word).join(''), ...args);

/** A datagram from the host's port 800 to a port of the cluster. */
export const datagram = (destinationPort: number, payload: Uint8Array): Message => ({
  source: HOST,
  destination: CLUSTER,
  protocol: UDP,
  sourcePort: 800,
  destinationPort,
  payload,
});

/** The message in frames of its fragments, each an IP packet of at most `mtu` bytes. */
export const fragmentFrames = (
  of: Topology,
  link: Link,
  message: Message,
  mtu: number,
): readonly Uint8Array[] =>
  fragmentsOf(packetOf({ ...message, dontFragment: false }), mtu).map((payload) =>
    ethernet.encode({
      destination: linkSettings(of, link).mac,
      source: macOf(message.source),
      etherType: ETHER_TYPE_IPV4,
      payload,
    }),
  );

export const explained = (tables: Tables, frame: Uint8Array, link = CAMPUS): Explanation =>
  explain(tables, frame, link, 0).explanation;

/** What is told of a call to a port of the cluster. */
export const toldOfCall = (
  port: number,
  payload: Uint8Array,
  tables = tablesOf(rpcTopology()),
): Explanation => explained(tables, frameOf(tables.topology, CAMPUS, datagram(port, payload)));

/** The numbers of the boxes taken. */
export const boxes = ({ steps }: Explanation): readonly number[] =>
  steps.flatMap(({ box }) => (box === null ? [] : [box]));

export const textOf = ({ steps }: Explanation, box: number): string =>
  steps.find((one) => one.box === box)?.text ?? '';

/** The text of a step that the figures do not draw. */
export const textNamed = ({ steps }: Explanation, name: string): string =>
  steps.find((one) => one.name === name)?.text ?? '';
