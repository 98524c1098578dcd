// Where a frame goes on to: the frame itself, the link it leaves by, and the node at either end.

import type { Address } from '../wire/address.ts';
import { ipv4 } from '../wire/address.ts';
import type { ReadonlyBytes } from '../wire/bytes.ts';
import { u32, u48 } from '../wire/bytes.ts';
import * as ethernet from '../wire/layout/ethernet.ts';
import * as layout from '../wire/layout/ipv4.ts';
import { nodeName } from '../decision/names.ts';
import type { Output } from '../simulate/simulate.ts';
import { outputOf, outputsOf } from '../simulate/simulate.ts';
import type { Tables } from '../decision/tables.ts';
import { neighbourKey } from '../decision/tables.ts';
import type { Link, NodeIndex, Topology } from '../decision/topology.ts';
import { INTERCONNECT, LOCAL } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Send } from '../decision/send.ts';

/** A fragment, and not an answer or a request of the gateway's own. */
const isPiece = ({ forwarding }: Send): boolean => forwarding !== null;

/** What is sent besides {@link leavingFrame}: answers, ARP requests, frames held until now, more fragments. */
export const sentBesides = ({ verdict, sends }: Decision): readonly Send[] => {
  if (verdict.kind !== 'split') return sends;
  const first = sends.findIndex(isPiece);
  return sends.filter((_, at) => at !== first);
};

/** The frame as it goes on; of one in fragments the first, of one that waits what it will be. */
export const leavingFrame = (frame: ReadonlyBytes, decision: Decision): Output | null => {
  const { verdict, sends, changes } = decision;
  if (verdict.kind === 'forward' || verdict.kind === 'deliver')
    return outputsOf(frame, decision)[0] ?? null;
  if (verdict.kind === 'split') {
    const fragment = sends.find(isPiece);
    return fragment === undefined ? null : outputOf(fragment);
  }
  if (verdict.kind !== 'hold') return null;
  for (const change of changes) {
    const send = change.kind === 'neighbour' ? change.neighbour.held.at(-1)?.sends[0] : undefined;
    if (send !== undefined) return outputOf(send);
  }
  return null;
};

/** The station that a frame on the interconnect came from, or that it waits or leaves for. */
const stationOf = (
  { topology, neighbours }: Pick<Tables, 'topology' | 'neighbours'>,
  ingress: Link,
  frame: ReadonlyBytes,
  decision: Decision,
  leaving: Output,
): Address | undefined => {
  if (leaving.egress === INTERCONNECT && decision.verdict.kind === 'hold') {
    const change = decision.changes.findLast((one) => one.kind === 'neighbour');
    return change?.kind === 'neighbour' ? change.neighbour.address : undefined;
  }
  if (leaving.egress !== INTERCONNECT && ingress !== INTERCONNECT) return undefined;
  const hardware =
    leaving.egress === INTERCONNECT
      ? u48(leaving.frame, ethernet.DESTINATION)
      : u48(frame, ethernet.SOURCE);
  return topology.nodes.find(
    ({ address }) => neighbours.get(neighbourKey(INTERCONNECT, address))?.mac === hardware,
  )?.address;
};

/** The node at the next hop, or the one that sent the frame: where IP addresses do not tell (A14). */
export const hopOf = (
  tables: Pick<Tables, 'topology' | 'neighbours'>,
  ingress: Link,
  frame: ReadonlyBytes,
  decision: Decision,
): NodeIndex | undefined => {
  const leaving = leavingFrame(frame, decision);
  if (leaving === null || tables.topology.links[INTERCONNECT]?.framing === 'ip') return undefined;
  const station = stationOf(tables, ingress, frame, decision, leaving);
  return station === undefined ? undefined : tables.topology.nodeByAddress.get(station);
};

/** An address of the IPv4 packet in a frame that this gateway made. */
const addressIn = (
  topology: Topology,
  link: Link,
  frame: ReadonlyBytes,
  field: number,
): Address => {
  const at = topology.links[link]?.framing === 'ethernet' ? ethernet.HEADER_LENGTH : 0;
  return ipv4(u32(frame, at + field));
};

/**
 * The node that a frame goes to, or comes from on its way out; null when there is none. `hop` is what
 * {@link hopOf} gave: it tells where the addresses are the cluster's own.
 */
export const nodeOf = (
  topology: Topology,
  ingress: Link,
  frame: ReadonlyBytes,
  leaving: Output | null,
  hop?: NodeIndex,
): string | null => {
  if (leaving === null) return null;
  if (leaving.egress === LOCAL) return 'gateway';
  const address =
    leaving.egress === INTERCONNECT
      ? addressIn(topology, INTERCONNECT, leaving.frame, layout.DESTINATION)
      : addressIn(topology, ingress, frame, layout.SOURCE);
  const node = topology.clusterAddresses.has(address) ? hop : topology.nodeByAddress.get(address);
  if (node !== undefined) return nodeName(topology, node);
  return ingress === LOCAL ? 'gateway' : null;
};

/** `to node n1`, `from node n1`: the node that {@link nodeOf} gave; nothing for none. */
export const nodeText = (node: string | null, egress: Link): string => {
  if (node === null) return '';
  const name = node === 'gateway' ? 'the gateway itself' : `node ${node}`;
  return egress === INTERCONNECT || egress === LOCAL ? ` to ${name}` : ` from ${name}`;
};
