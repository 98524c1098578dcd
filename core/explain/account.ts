// All that is known of one decision, for the steps that tell it; and what a step is.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { PROTOCOL_TCP } from '../wire/layout/ipv4.ts';
import type { Packet } from '../wire/packet.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { isExpired, isOver, opens } from '../decision/connection/phase.ts';
import type { Arrival } from '../decision/arrival.ts';
import type { Reason } from '../decision/reason.ts';
import type { Output } from '../simulate/simulate.ts';
import type { Tables } from '../decision/tables.ts';
import type { LinkSettings, NodeIndex, Topology } from '../decision/topology.ts';
import type { Decision, Verdict } from '../decision/verdict.ts';
import type { Field } from './fields.ts';
import type { Read } from './recording.ts';

/** `box` is that of figure 5 or 6, with the documents' names; null for what the figures do not draw. */
export interface Step {
  readonly box: number | null;
  readonly name: string;
  readonly text: string;
}

export const step = (box: number | null, name: string, text: string): Step => ({ box, name, text });

export interface Account {
  /** As they were before the decision. */
  readonly tables: Tables;
  readonly topology: Topology;
  readonly frame: ReadonlyBytes;
  readonly ingress: LinkSettings;
  readonly now: number;
  readonly decision: Decision;
  readonly reads: readonly Read[];
  /** The node at the next hop, or the one that sent the frame; undefined where none is known (A14). */
  readonly hop: NodeIndex | undefined;
  /** The frame as it goes on: at once, later, or its first fragment; null when it does not. */
  readonly leaving: Output | null;
  /** Fields by name: of the frame that came, and of the one that goes on. */
  readonly before: ReadonlyMap<string, Field>;
  readonly after: ReadonlyMap<string, Field>;
}

/** An account of a sound IPv4 packet. */
export interface PacketAccount extends Account {
  readonly packet: Packet;
}

/** What `decide` had of the packet; of the datagram that it may be the first fragment of, nothing. */
export const arrivalOf = ({ tables, frame, ingress, packet, now }: PacketAccount): Arrival => ({
  tables,
  frame,
  ingress,
  packet,
  datagram: null,
  now,
});

export const reasonOf = (verdict: Verdict): Reason | null =>
  verdict.kind === 'forward' || verdict.kind === 'deliver' ? null : verdict.reason;

/** `bytes 30 to 33`, or `byte 30`. */
export const placeText = (offset: number, length: number): string =>
  length === 1 ? `byte ${offset}` : `bytes ${offset} to ${offset + length - 1}`;

/** `10.90.0.100 (bytes 30 to 33)` of a field of the frame that came. */
export const located = ({ before }: Account, name: string): string => {
  const field = before.get(name);
  if (field === undefined) return 'not in this frame';
  const { offset, bytes, text } = field;
  return `${text(bytes)} (${placeText(offset, bytes.length)})`;
};

/** `80 becomes 8080`, or `80 stays`; null when the frame that goes on has no such field. */
export const becomes = ({ before, after }: Account, name: string): string | null => {
  const old = before.get(name);
  const now = after.get(name);
  if (old === undefined || now === undefined) return null;
  const from = old.text(old.bytes);
  const to = now.text(now.bytes);
  return from === to ? `${from} stays` : `${from} becomes ${to}`;
};

/** Reasons for which a message follows no connection, though entries may have been looked at. */
const unconnected: ReadonlySet<Reason | null> = new Set<Reason>([
  'no-connection',
  'connection-clash',
  'connection-table-full',
  'no-operating-node',
  'orphan-reset',
  'ports-exhausted',
]);

const isConnectionRead = (
  read: Read,
): read is Extract<Read, { readonly table: 'connections-outside' | 'connections-inside' }> =>
  read.table === 'connections-outside' || read.table === 'connections-inside';

/** The connection that the packet belongs to: the entry `decide` makes, keeps or found; undefined for none. */
export const connectionOf = (account: PacketAccount): Connection | undefined => {
  const { topology, decision, reads, packet, now } = account;
  for (const change of decision.changes) if (change.kind === 'connection') return change.connection;
  const found = reads.find(isConnectionRead)?.found;
  if (found === undefined || isExpired(found, topology.timeouts, now)) return undefined;
  // One that has ended does not hold against a new SYN.
  const isReplaced = packet.protocol === PROTOCOL_TCP && isOver(found) && opens(packet);
  return isReplaced || unconnected.has(reasonOf(decision.verdict)) ? undefined : found;
};

/** The node that `decide` read last: the one it chose, if it chose any. */
export const lastNodeRead = ({ reads }: Account): NodeIndex | undefined => {
  const read = reads.findLast((one) => one.table === 'nodes');
  return read?.table === 'nodes' ? read.key : undefined;
};

/** Whether the frame opened its connection: it has an entry now that was not there before. */
export const opensConnection = ({ decision, reads }: Account): boolean => {
  const before = reads.find(isConnectionRead)?.found;
  return decision.changes.some(
    (change) => change.kind === 'connection' && change.connection.openedAt !== before?.openedAt,
  );
};

/** The key under which `decide` looked for a connection first; null when it did not look. */
export const soughtKey = ({ reads }: Account): string | null =>
  reads.find(isConnectionRead)?.key ?? null;
