// All that is known of one decision, for the steps that tell it; and what a step is.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Packet } from '../wire/packet.ts';
import type { Connection } from '../decision/connection/connection.ts';
import type { Reason } from '../decision/reason.ts';
import type { Output } from '../simulate/simulate.ts';
import type { LinkSettings, Topology } from '../decision/topology.ts';
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
  readonly topology: Topology;
  readonly frame: ReadonlyBytes;
  readonly ingress: LinkSettings;
  readonly now: number;
  readonly decision: Decision;
  readonly reads: readonly Read[];
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

export const reasonOf = (verdict: Verdict): Reason | null =>
  verdict.kind === 'forward' || verdict.kind === 'deliver' ? null : verdict.reason;

/** `10.90.0.100 (bytes 30 to 33)` of a field of the frame that came. */
export const located = ({ before }: Account, name: string): string => {
  const field = before.get(name);
  if (field === undefined) return 'not in this frame';
  const { offset, bytes, text } = field;
  const last = offset + bytes.length - 1;
  const place = last === offset ? `byte ${offset}` : `bytes ${offset} to ${last}`;
  return `${text(bytes)} (${place})`;
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

/** The connection that the frame belongs to: the entry `decide` makes, keeps or found; undefined for none. */
export const connectionOf = ({ decision, reads }: Account): Connection | undefined => {
  for (const change of decision.changes) if (change.kind === 'connection') return change.connection;
  for (const read of reads)
    if (read.table === 'connections-outside' || read.table === 'connections-inside')
      if (read.found !== undefined) return read.found;
  return undefined;
};

/** Whether the frame opened its connection. */
export const opensConnection = ({ decision, now }: Account): boolean =>
  decision.changes.some(
    (change) => change.kind === 'connection' && change.connection.openedAt === now,
  );

/** The keys under which `decide` looked for a connection first; null when it did not look. */
export const soughtKey = ({ reads }: Account): string | null => {
  for (const read of reads)
    if (read.table === 'connections-outside' || read.table === 'connections-inside')
      return read.key;
  return null;
};
