// All that is known of one decision, for the steps that tell it; and what a step is.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Packet } from '../wire/packet.ts';
import type { Connection } from '../switch/connection/connection.ts';
import type { Output } from '../switch/simulate.ts';
import type { LinkSettings, Topology } from '../switch/topology.ts';
import type { Decision } from '../switch/verdict.ts';
import type { Read } from './recording.ts';

/** `box` is that of figure 5 or 6; null for what the figures do not draw. `name` is the documents', where they have one. */
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
  readonly decision: Decision;
  readonly reads: readonly Read[];
  /** The frame as it goes on: at once, later, or its first fragment; null when it does not. */
  readonly leaving: Output | null;
}

/** An account of a sound IPv4 packet. */
export interface PacketAccount extends Account {
  readonly packet: Packet;
}

/** The connection that `decide` found or makes; undefined when there is none. */
export const connectionOf = ({ decision, reads }: Account): Connection | undefined => {
  for (const change of decision.changes)
    if (change.kind === 'connection') return change.connection;
  for (const read of reads)
    if (read.table === 'connections-outside' || read.table === 'connections-inside')
      if (read.found !== undefined) return read.found;
  return undefined;
};

/** Whether `decide` looked into the cluster connection table. */
export const soughtConnection = ({ reads }: Account): boolean =>
  reads.some(({ table }) => table === 'connections-outside' || table === 'connections-inside');
