// What a member knows: all of it, as a value that a step takes to the next.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Address } from '../wire/address.ts';
import type { Adapter } from './adapter.ts';
import type { Attempt } from './association/attempt.ts';
import type { Session } from './association/session.ts';
import type { Direction, Responsibility } from './effect.ts';
import type { Endpoint } from './endpoint.ts';
import type { Identity, NodeId } from './identity.ts';
import type { Primitives } from './primitives.ts';
import type { Random } from './random.ts';
import type { Path } from './reach/path.ts';
import type { Counters } from './reason.ts';
import type { Settings } from './settings.ts';
import type { Incoming } from './stream/incoming.ts';
import type { Outgoing } from './stream/outgoing.ts';
import type { Entry } from './table/entry.ts';
import type { Table } from './table/table.ts';

/** A key of the cluster, and the number by which datagrams name it. */
export interface ClusterKey {
  readonly id: number;
  readonly secret: ReadonlyBytes;
}

/** What does not change while the member lives. */
export interface Self {
  readonly id: NodeId;
  readonly identity: Identity;
  /** Drawn at the start: another one is another life. Eight bytes, and their hex digits. */
  readonly life: ReadonlyBytes;
  readonly lifeText: string;
  /** What cookies are made with. */
  readonly cookieSecret: ReadonlyBytes;
  readonly gateway: boolean;
  readonly pinned: ReadonlyMap<string, NodeId> | null;
  readonly settings: Settings;
  readonly primitives: Primitives;
}

/** Since when a computer is doubted, and when others were last asked for it. */
export interface Doubt {
  readonly since: number;
  readonly helpersAt: number | null;
}

/** Another one that was asked for a computer since it was last up, and whether it has said that it answers. */
export interface Helper {
  readonly id: NodeId;
  readonly heard: boolean;
}

/**
 * `untested`: it stands in the table, and has not answered here yet. `left`: its entry says so.
 */
export type Standing = 'untested' | 'up' | 'down' | 'left';

/** Another computer. */
export interface Peer {
  readonly id: NodeId;
  readonly standing: Standing;
  /** The life that its messages belong to, hex digits; null before the first association. */
  readonly life: string | null;
  /** The number of the association that brought the life. */
  readonly lifeBorn: number;
  /** The latest first. */
  readonly sessions: readonly Session[];
  readonly paths: readonly Path[];
  /** When it last answered something sent from here. */
  readonly answeredAt: number | null;
  /** When the latest heartbeat went out that it answered: then at least it lived. */
  readonly provenAt: number | null;
  /** When another one last said that it answers. */
  readonly vouchedAt: number | null;
  readonly doubt: Doubt | null;
  readonly helpers: readonly Helper[];
  /** Who asked for it lately, to be told when it answers. */
  readonly askers: readonly NodeId[];
  /** When the tables were last compared, how long the next comparison waits, and with what digests. */
  readonly comparedAt: number;
  readonly compareWait: number;
  readonly compared: string;
  /** When messages were last under way in either direction. */
  readonly usedAt: number;
  /** When a down computer is tried again. */
  readonly retryAt: number;
  /** When a handshake may be tried again. */
  readonly attemptAt: number;
  readonly outgoing: Outgoing;
  readonly incoming: Incoming;
}

/** A handshake that was accepted: its answer is given again when it got lost. */
export interface Accepted {
  readonly nonce: string;
  readonly peer: NodeId;
  readonly index: number;
  /** When its answer last went out. */
  readonly answeredAt: number;
  readonly until: number;
}

/** How many answers may be given still, and when that was reckoned. */
export interface Allowance {
  readonly left: number;
  readonly at: number;
}

/** To hellos, and to datagrams of unknown associations. */
export interface Answers {
  readonly hellos: Allowance;
  readonly unknown: Allowance;
}

/** An entry that is passed on, in so many rounds still. */
export interface Fresh {
  readonly entry: Entry;
  readonly rounds: number;
}

export interface Member {
  readonly self: Self;
  readonly keys: readonly ClusterKey[];
  readonly adapters: readonly Adapter[];
  readonly seeds: readonly Endpoint[];
  readonly random: Random;
  readonly table: Table;
  /** The own entry. */
  readonly own: Entry;
  /** When tombstones came, and names in the table: who had each first. */
  readonly buried: ReadonlyMap<NodeId, number>;
  readonly names: ReadonlyMap<string, NodeId>;
  readonly peers: ReadonlyMap<NodeId, Peer>;
  /** The computers behind the indexes of associations. */
  readonly indexes: ReadonlyMap<number, NodeId>;
  readonly attempts: ReadonlyMap<number, Attempt>;
  readonly accepted: readonly Accepted[];
  readonly answers: Answers;
  readonly fresh: ReadonlyMap<NodeId, Fresh>;
  /** Computers that are watched, in the order of the ring; null when that has to be worked out anew. */
  readonly watched: ReadonlySet<NodeId> | null;
  /** Associations and heartbeats so far. */
  readonly births: number;
  readonly pings: number;
  readonly counters: Counters;
  /** When a datagram under an unknown key was last reported. */
  readonly strangerAt: number;
  readonly directions: readonly Direction[];
  readonly responsibilities: readonly Responsibility[];
  /** Whether those have to be worked out anew. */
  readonly stale: boolean;
  /** When the next round of heartbeats is due, and what was last asked for. */
  readonly tickAt: number;
  readonly wakeAt: number | null;
  /** Until when nothing is taken for lost, as this computer was busy and has not read what came meanwhile. */
  readonly busyUntil: number;
  /** Since when this computer keeps time: silence before it proves nothing. */
  readonly awakeSince: number;
  /** Places in the rounds through seeds and through computers that are not watched. */
  readonly seedTurn: number;
  readonly strayTurn: number;
  readonly seedAt: number;
  readonly strayAt: number;
  readonly reading: boolean;
  /** When the member ends; null while it stays. */
  readonly endsAt: number | null;
  readonly ended: boolean;
  /** Addresses by which computers are reachable, as last reported. */
  readonly reported: ReadonlyMap<NodeId, ReadonlySet<Address>>;
}
