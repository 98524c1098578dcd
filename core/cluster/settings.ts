// What a member is started with: its numbers, who it is, and what it draws from. Times are milliseconds.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Adapter } from './adapter.ts';
import type { Endpoint } from './endpoint.ts';
import type { Identity, NodeId } from './identity.ts';
import type { Primitives } from './primitives.ts';

/** The numbers of the protocol. All members of a cluster do best with the same. */
export interface Settings {
  /** Between two heartbeats to a computer that is watched. */
  readonly heartbeatMs: number;
  /** Without an answer for so long, a computer is doubted: asked on every pair of adapters, and through others. */
  readonly doubtMs: number;
  /** Doubted for so long without a sign of life, it is down. */
  readonly verdictMs: number;
  /** How many others each computer watches. */
  readonly watched: number;
  /** How long a message waits for a computer that cannot be reached before it is `gone`. */
  readonly patienceMs: number;
  /** How long it is remembered that a computer left. */
  readonly tombstoneMs: number;
  /** Bytes of messages that wait for one computer, at most. */
  readonly queueBytes: number;
  /** Bytes that a sender may be ahead of what was received in order. */
  readonly windowBytes: number;
  /** Computers in the table, at most. */
  readonly tableSize: number;
}

export const DEFAULT_SETTINGS: Settings = {
  heartbeatMs: 200,
  doubtMs: 600,
  verdictMs: 700,
  watched: 5,
  patienceMs: 30_000,
  tombstoneMs: 24 * 60 * 60 * 1000,
  queueBytes: 8 * 1024 * 1024,
  windowBytes: 256 * 1024,
  tableSize: 1024,
};

/** What a member begins with. */
export interface Beginning {
  readonly settings: Settings;
  readonly identity: Identity;
  /** Names that belong to keys: where given, nobody else is let in. */
  readonly pinned: ReadonlyMap<string, NodeId> | null;
  /** Keys of the cluster, 32 bytes each: the first is used, all are accepted. */
  readonly keys: readonly ReadonlyBytes[];
  /** Own adapters in order of preference. */
  readonly adapters: readonly Adapter[];
  /** Whether this computer can be gateway of its networks (B9). */
  readonly gateway: boolean;
  /** Addresses of members to join by; none: it is the first computer. */
  readonly seeds: readonly Endpoint[];
  /** 32 bytes that nobody can guess, drawn anew at each start. */
  readonly random: ReadonlyBytes;
  readonly primitives: Primitives;
}
