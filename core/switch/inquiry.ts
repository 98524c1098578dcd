// The gateway asks each node's portmapper on which port its MOUNT listens (A16), and again when that may
// have changed (RFC 1833 section 3).

import * as mount from '../rpc/layout/mount.ts';
import { encodeGetport, readPort } from '../rpc/portmap.ts';
import { readReply } from '../rpc/reply.ts';
import { SUCCESS } from '../rpc/layout/rpc.ts';
import { PROTOCOL_UDP } from '../wire/layout/ipv4.ts';
import { HEADER_LENGTH } from '../wire/layout/udp.ts';
import * as udp from '../wire/udp.ts';
import type { Arrival } from '../decision/arrival.ts';
import { absorb, drop } from '../decision/arrival.ts';
import { hash4 } from '../decision/keyed-hash.ts';
import type { RpcPort } from '../decision/rpc-port.ts';
import { rpcPortKey } from '../decision/rpc-port.ts';
import type { Change, Tables } from '../decision/tables.ts';
import type { NodeIndex, Topology } from '../decision/topology.ts';
import { interconnect } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Originated } from '../host/originate.ts';
import { originate } from '../host/originate.ts';
import { operates } from './operating.ts';
import { asIpv4 } from './translate.ts';

/** The port that questions are sent from: a reserved one, as portmappers like it. */
export const INQUIRY_PORT = 979;

/** The well-known port of portmappers, RFC 1833 section 1. */
const PORTMAPPER = 111;

/** Time between questions, milliseconds: that were answered, that found no program, and that found silence. */
export const ASK_AGAIN_AFTER = 30_000;
export const ASK_ABSENT_AFTER = 2_000;
export const ASK_SILENT_AFTER = 1_000;

/** Over which protocols a MOUNT is served whose node may have it elsewhere. */
const protocolsOf = ({ services }: Topology): readonly number[] => [
  ...new Set(
    [...services.values()].flatMap(({ program, embodiment, protocol }) =>
      program === mount.PROGRAM && embodiment === 'rewrite' ? [protocol] : [],
    ),
  ),
];

const isDue = (known: RpcPort, now: number): boolean => {
  const waited = now - known.askedAt;
  if (known.asked > 0) return waited >= Math.min(ASK_SILENT_AFTER * known.asked, ASK_AGAIN_AFTER);
  if (known.heardAt === null) return true;
  return waited >= (known.port === null ? ASK_ABSENT_AFTER : ASK_AGAIN_AFTER);
};

const ask = (tables: Tables, asked: RpcPort, now: number): Originated | null => {
  const { topology } = tables;
  const link = interconnect(topology);
  const node = topology.nodes[asked.node];
  if (node === undefined) return null;
  const [source, destination] = [link.address.address, asIpv4(node.address)];
  const payload = encodeGetport(asked.xid, {
    program: asked.program,
    version: mount.VERSION_3,
    protocol: asked.protocol,
  });
  const ports = { sourcePort: INQUIRY_PORT, destinationPort: PORTMAPPER };
  const bytes = udp.encode({ ...ports, payload }, source, destination);
  const packet = { source, destination, protocol: PROTOCOL_UDP, payload: bytes };
  return originate(tables, link, destination, packet, now);
};

/** What is known of MOUNT's port on a node over a protocol; a fresh entry where nothing is. */
const knownOf = ({ rpcPorts }: Tables, node: NodeIndex, protocol: number): RpcPort =>
  rpcPorts.byNode.get(rpcPortKey(node, mount.PROGRAM, protocol)) ?? {
    node,
    program: mount.PROGRAM,
    protocol,
    port: null,
    heardAt: null,
    askedAt: 0,
    asked: 0,
    xid: 0,
  };

/** The questions that are due at `now`. */
export const inquiries = (
  tables: Tables,
  now: number,
): { readonly sends: Originated['asks']; readonly changes: readonly Change[] } => {
  const { topology } = tables;
  const protocols = protocolsOf(topology);
  if (protocols.length === 0) return { sends: [], changes: [] };
  const sends: Originated['asks'][number][] = [];
  const changes: Change[] = [];
  let { sequence } = tables;
  topology.nodes.forEach((node, index) => {
    if (!operates(node) || topology.mountPorts.has(index)) return;
    let resolving = false;
    for (const protocol of protocols) {
      const known = knownOf(tables, index, protocol);
      if (!isDue(known, now) || resolving) continue;
      const xid = hash4(topology.hashKey, ++sequence, index, protocol, mount.PROGRAM);
      const asked: RpcPort = { ...known, askedAt: now, asked: known.asked + 1, xid };
      const question = ask(tables, asked, now);
      if (question === null) continue;
      sends.push(...question.asks);
      changes.push(...question.changes);
      // Until its MAC address is known, a node cannot be asked; then it is asked at the next tick.
      resolving = question.send === null;
      if (question.send === null) continue;
      sends.push(question.send);
      changes.push({ kind: 'rpc-port', rpcPort: asked });
    }
  });
  if (sequence !== tables.sequence) changes.push({ kind: 'sequence', next: sequence });
  return { sends, changes };
};

/** Whether a packet to the internal address may answer a question. */
export const isInquiryAnswer = ({ packet }: Arrival): boolean =>
  packet.protocol === PROTOCOL_UDP &&
  packet.destinationPort === INQUIRY_PORT &&
  packet.sourcePort === PORTMAPPER;

/** Takes what a node's portmapper answers. */
export const inquiryAnswer = (arrival: Arrival): Decision => {
  const { tables, frame, packet, now } = arrival;
  const node = tables.topology.nodeByAddress.get(packet.source);
  if (node === undefined) return drop('to-gateway', 'source-unknown');
  const end = packet.at + packet.length;
  const reply = readReply(frame, packet.transportAt + HEADER_LENGTH, end);
  if (reply.kind !== 'reply' || reply.status !== SUCCESS)
    return drop('to-gateway', 'rpc-unreadable');
  const asked = protocolsOf(tables.topology)
    .map((protocol) => knownOf(tables, node, protocol))
    .find(({ xid, asked: questions }) => questions > 0 && xid === reply.xid);
  if (asked === undefined) return drop('to-gateway', 'rpc-unreadable');
  const port = readPort(frame, reply.resultsAt, end);
  if (typeof port === 'string') return drop('to-gateway', 'rpc-unreadable');
  const learned: RpcPort = {
    ...asked,
    port: port === 0 ? null : port,
    heardAt: now,
    asked: 0,
  };
  return absorb('to-gateway', 'rpc-port-learned', [], [{ kind: 'rpc-port', rpcPort: learned }]);
};

/** The changes by which a node's ports are asked for anew, at the next tick. */
export const forgetPorts = ({ rpcPorts }: Tables, node: NodeIndex): readonly Change[] => {
  const gone: Change[] = [];
  for (const rpcPort of rpcPorts.byNode.values())
    if (rpcPort.node === node) gone.push({ kind: 'rpc-port-gone', rpcPort });
  return gone;
};

/** A node has refused a packet to a port: if it was MOUNT's, it may listen elsewhere by now. */
export const refusedChanges = (
  { rpcPorts }: Tables,
  node: NodeIndex,
  port: number,
): readonly Change[] => {
  const doubted: Change[] = [];
  for (const rpcPort of rpcPorts.byNode.values())
    if (rpcPort.node === node && rpcPort.port === port && rpcPort.asked === 0)
      doubted.push({ kind: 'rpc-port', rpcPort: { ...rpcPort, heardAt: null } });
  return doubted;
};
