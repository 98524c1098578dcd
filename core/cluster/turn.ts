// One step under way: the state as it becomes and what it asks for. It lives no longer than the step.

import type { Effect, Report } from './effect.ts';
import type { NodeId } from './identity.ts';
import { nextChance, secretOf } from './random.ts';
import type { Reason } from './reason.ts';
import type { ServiceClass } from './service-class.ts';
import type { Member, Peer } from './state.ts';

/** A frame on its way out: to whom, by which path, of which class, in an IP datagram of `mtu` bytes at most. */
export interface Parcel {
  readonly peer: NodeId;
  readonly path: string;
  readonly serviceClass: ServiceClass;
  readonly mtu: number;
  readonly bytes: Uint8Array;
}

// What is written here is seen by nobody else: a step begins with a copy of the state, and ends by giving it.
export interface Turn {
  readonly now: number;
  /** Written by {@link alter} alone. */
  readonly member: Member;
  /** The peers as they become; null while none has changed. */
  peers: Map<NodeId, Peer> | null;
  readonly effects: Effect[];
  readonly outbox: Parcel[];
}

export const openTurn = (member: Member, now: number): Turn => ({
  now,
  member: { ...member },
  peers: null,
  effects: [],
  outbox: [],
});

export const alter = (turn: Turn, change: Partial<Member>): void => {
  Object.assign(turn.member, change);
};

/** The state after the turn. */
export const closeTurn = (turn: Turn): Member => {
  if (turn.peers !== null) alter(turn, { peers: turn.peers });
  return turn.member;
};

export const peersOf = (turn: Turn): ReadonlyMap<NodeId, Peer> => turn.peers ?? turn.member.peers;

export const peerOf = (turn: Turn, id: NodeId): Peer | undefined => peersOf(turn).get(id);

export const putPeer = (turn: Turn, peer: Peer): Peer => {
  turn.peers ??= new Map(turn.member.peers);
  turn.peers.set(peer.id, peer);
  return peer;
};

/** Changes a peer, if it is there. */
export const alterPeer = (turn: Turn, id: NodeId, change: (peer: Peer) => Partial<Peer>): void => {
  const peer = peerOf(turn, id);
  if (peer !== undefined) putPeer(turn, { ...peer, ...change(peer) });
};

export const count = (turn: Turn, reason: Reason): void => {
  const { counters } = turn.member;
  alter(turn, { counters: { ...counters, [reason]: (counters[reason] ?? 0) + 1 } });
};

export const report = (turn: Turn, what: Report): void => {
  turn.effects.push({ kind: 'report', report: what });
};

/** A secret of `length` bytes that was not drawn before. */
export const draw = (turn: Turn, length: number): Uint8Array => {
  const { random, self } = turn.member;
  alter(turn, { random: { ...random, drawn: random.drawn + 1 } });
  return secretOf(self.primitives, random, length);
};

/** A whole number from 0 up to `below`: by chance, and no secret. */
export const choice = (turn: Turn, below: number): number => {
  const chance = nextChance(turn.member.random.chance);
  alter(turn, { random: { ...turn.member.random, chance } });
  return (chance >>> 0) % below;
};

/** Some of the list, `most` of them, by chance. */
export const some = <A>(turn: Turn, list: readonly A[], most: number): readonly A[] => {
  const rest = [...list];
  const chosen: A[] = [];
  while (chosen.length < most && rest.length > 0)
    chosen.push(...rest.splice(choice(turn, rest.length), 1));
  return chosen;
};
