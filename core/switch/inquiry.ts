// The gateway asks each node's portmapper on which port its MOUNT listens (A16), and again when that may
// have changed (RFC 1833 section 3).

import * as mount from '../rpc/layout/mount.ts';
import { encodeGetport, readPort } from '../rpc/portmap.ts';
import { readReply } from '../rpc/reply.ts';
import { SUCCESS } from '../rpc/layout/rpc.ts';
import { PROTOCOL_UDP } from '../wire/layout/ipv4.ts';
import * as udp from '../wire/udp.ts';
import type { Arrival } from '../decision/arrival.ts';
import { absorb, drop } from '../decision/arrival.ts';
import { hash4 } from '../decision/keyed-hash.ts';
import type { RpcPort } from '../decision/rpc-port.ts';
import { rpcPortKey } from '../decision/rpc-port.ts';
import type { Change, NeighbourKey, Tables } from '../decision/tables.ts';
import type { ClusterNode, NodeIndex, Topology } from '../decision/topology.ts';
import { interconnect, nodePortKey } from '../decision/topology.ts';
import type { Send } from '../decision/send.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Originated } from '../host/originate.ts';
import { originate } from '../host/originate.ts';
import { operates } from './operating.ts';
import { isDamaged, messageAt, messageEnd } from './rpc-message.ts';
import { hasStack, toGateway } from './to-gateway.ts';
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

/** The question of {@link RpcPort.xid} to its node, which is `node`. */
const ask = (tables: Tables, node: ClusterNode, asked: RpcPort, now: number): Originated => {
  const link = interconnect(tables.topology);
  const [source, destination] = [link.address.address, asIpv4(node.address)];
  const { xid, program, protocol } = asked;
  const datagram = udp.encode(
    {
      sourcePort: INQUIRY_PORT,
      destinationPort: PORTMAPPER,
      payload: encodeGetport(xid, { program, version: mount.VERSION_3, protocol }),
    },
    source,
    destination,
  );
  const packet = { source, destination, protocol: PROTOCOL_UDP, payload: datagram };
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

/** What there is to ask of a node at `now`: nothing where the configuration says it. */
const dueOf = (
  tables: Tables,
  protocols: readonly number[],
  node: NodeIndex,
  now: number,
): readonly RpcPort[] => {
  const { topology } = tables;
  return operates(topology.nodes[node]) && !topology.mountPorts.has(node)
    ? protocols
        .map((protocol) => knownOf(tables, node, protocol))
        .filter((known) => isDue(known, now))
    : [];
};

/** The questions that are due at `now`: at most one for each node and protocol. */
export const inquiries = (
  tables: Tables,
  now: number,
): { readonly sends: readonly Send[]; readonly changes: readonly Change[] } => {
  const { nodes, hashKey } = tables.topology;
  const protocols = protocolsOf(tables.topology);
  if (protocols.length === 0) return { sends: [], changes: [] };
  const sends: Send[] = [];
  const changes: Change[] = [];
  const hops = new Set<NeighbourKey>();
  let { sequence } = tables;
  nodes.forEach((node, index) => {
    for (const known of dueOf(tables, protocols, index, now)) {
      const xid = hash4(hashKey, ++sequence, index, known.protocol, known.program);
      const asked: RpcPort = { ...known, askedAt: now, asked: known.asked + 1, xid };
      const { send, hop, ...own } = ask(tables, node, asked, now);
      if (!hops.has(hop)) {
        hops.add(hop);
        sends.push(...own.asks);
        changes.push(...own.changes);
      }
      // Until its MAC address is known, a node cannot be asked; then it is, at the next tick.
      if (send === null) continue;
      sends.push(send);
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

/** The question that a packet answers, and the port told; null when it answers none. */
const answered = (
  { tables, frame, packet }: Arrival,
  node: NodeIndex,
): { readonly asked: RpcPort; readonly port: number } | null => {
  const end = messageEnd(frame, packet);
  const reply = readReply(frame, messageAt(packet), end);
  if (reply.kind !== 'reply' || reply.status !== SUCCESS) return null;
  const port = readPort(frame, reply.resultsAt, end);
  const asked = protocolsOf(tables.topology)
    .map((protocol) => knownOf(tables, node, protocol))
    .find((known) => known.asked > 0 && known.xid === reply.xid);
  return asked === undefined || typeof port === 'string' ? null : { asked, port };
};

/** Takes what a node's portmapper answers. */
export const inquiryAnswer = (arrival: Arrival): Decision => {
  const { tables, packet, now } = arrival;
  const node = tables.topology.nodeByAddress.get(packet.source);
  if (node === undefined) return drop('to-gateway', 'source-unknown');
  const heard = answered(arrival, node);
  // The gateway's own stack may ask portmappers too.
  if (heard === null)
    return hasStack(arrival)
      ? toGateway(arrival, 'to-gateway')
      : drop('to-gateway', 'rpc-unreadable');
  if (isDamaged(arrival)) return drop('to-gateway', 'udp-checksum');
  const { protocol } = heard.asked;
  const other = tables.topology.serviceByNodePort.get(nodePortKey(node, heard.port, protocol));
  const isTaken = other !== undefined && other.program !== mount.PROGRAM;
  const port = heard.port === 0 || isTaken ? null : heard.port;
  const learned: RpcPort = { ...heard.asked, port, heardAt: now, asked: 0 };
  const reason = isTaken ? 'rpc-port-taken' : 'rpc-port-learned';
  return absorb('to-gateway', reason, [], [{ kind: 'rpc-port', rpcPort: learned }]);
};
