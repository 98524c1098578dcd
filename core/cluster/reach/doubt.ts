// When a computer is down (B3): nobody's word is enough. Who hears a doubt asks for himself, on every pair of
// adapters and through others, and judges by what he finds; after Lifeguard (Dadgar, Phillips and Currey, 2018),
// who was asleep himself begins his waiting anew. So one computer that is slow, deaf or false cannot make
// others dismiss a healthy one.

import { associate } from '../association/initiate.ts';
import type { NodeId } from '../identity.ts';
import { post, sendingSession } from '../outbox.ts';
import type { Helper, Peer } from '../state.ts';
import type { Turn } from '../turn.ts';
import { alter, alterPeer, peerOf, peersOf, putPeer, report, some } from '../turn.ts';
import { ping } from './heartbeat.ts';
import type { Path } from './path.ts';

/** Those who are asked to ask, and those who are told of a doubt; a small cluster is told as a whole. */
const HELPERS = 3;
const TOLD = 4;
const SMALL = 8;
/** Who heard of a computer so short a time ago can vouch for it, in heartbeats. */
const FRESH_HEARTBEATS = 1.5;
/** Pairs of adapters that a doubted computer is asked on in each round. */
const ASKED_PATHS = 6;
/** Who knocks is not asked more often, ms. */
const KNOCK_MS = 50;
/** Those who wait for one computer's answer, at most. */
const MAX_ASKERS = 16;
/** Those who were asked for one computer and may still answer, at most. */
const MAX_HELPERS = 16;
/** So many verdicts after the last proof of its own, a computer believes no single word any more, but two. */
const WORD_VERDICTS = 8;
/** A computer that never answered yet is waited for longer: there may have to be handshakes first. */
const UNTESTED_FACTOR = 3;

/** Computers that are up and can be written to. */
export const companions = (turn: Turn, except: NodeId | null): readonly NodeId[] =>
  [...peersOf(turn).values()]
    .filter((peer) => peer.standing === 'up' && peer.id !== except)
    .filter((peer) => sendingSession(peer) !== undefined)
    .map(({ id }) => id);

const askHelpers = (turn: Turn, id: NodeId, most: number): void => {
  const asked = some(turn, companions(turn, id), most);
  for (const helper of asked) post(turn, helper, { kind: 'ask', id });
  alterPeer(turn, id, ({ helpers }) => {
    const more = asked.filter((one) => !helpers.some((helper) => helper.id === one));
    const added = more.map((one): Helper => ({ id: one, heard: false }));
    return { helpers: [...helpers, ...added].slice(-MAX_HELPERS) };
  });
};

/** Asks a computer on its pairs of adapters, the best ones first; without an association, begins one. */
export const askEverywhere = (turn: Turn, peer: Peer): void => {
  if (sendingSession(peer) === undefined) return associate(turn, peer.id);
  const byHope = (path: Path): number => (path.state === 'unreachable' ? 100 : 0) + path.rank;
  const paths = [...peer.paths].sort((one, other) => byHope(one) - byHope(other));
  for (const { key } of paths.slice(0, ASKED_PATHS)) ping(turn, peer.id, key);
};

/** Begins to doubt a computer, and says so to others. */
const beginDoubt = (turn: Turn, peer: Peer): void => {
  putPeer(turn, { ...peer, doubt: { since: turn.now, helpersAt: null }, helpers: [] });
  const others = companions(turn, peer.id);
  const told = others.length <= SMALL ? others : some(turn, others, TOLD);
  for (const one of told) post(turn, one, { kind: 'doubt', id: peer.id });
  askEverywhere(turn, peer);
};

/** Since when nothing proves that a computer lives, as far as this one was awake to know, ms. */
const silence = (turn: Turn, peer: Peer): number =>
  turn.now -
  Math.max(peer.provenAt ?? -Infinity, peer.vouchedAt ?? -Infinity, turn.member.awakeSince);

/** Doubts a computer that should have been heard of. */
export const doubtWhenSilent = (turn: Turn, peer: Peer): void => {
  const { doubtMs } = turn.member.self.settings;
  if (peer.standing === 'up' && peer.doubt === null && silence(turn, peer) > doubtMs)
    beginDoubt(turn, peer);
};

/**
 * Whether a computer has answered what it was asked just now. That a datagram of its came in says less: who
 * was asleep finds old ones in its socket.
 */
const isFresh = (turn: Turn, { provenAt }: Peer): boolean =>
  provenAt !== null &&
  turn.now - provenAt <= FRESH_HEARTBEATS * turn.member.self.settings.heartbeatMs;

/** Tells those who asked for a computer that it answers. */
const vouch = (turn: Turn, id: NodeId): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined || peer.askers.length === 0 || !isFresh(turn, peer)) return;
  putPeer(turn, { ...peer, askers: [] });
  for (const asker of peer.askers) post(turn, asker, { kind: 'heard', id });
};

/** Another one doubts a computer: asks for itself, unless it knows better. */
export const doubtHeard = (turn: Turn, id: NodeId): void => {
  const peer = peerOf(turn, id);
  if (peer?.standing === 'up' && peer.doubt === null && !isFresh(turn, peer))
    beginDoubt(turn, peer);
};

/** Another one wants to know whether a computer answers: tells it now, or as soon as it does. */
export const askedFor = (turn: Turn, asker: NodeId, id: NodeId): void => {
  const peer = peerOf(turn, id);
  if (id === turn.member.self.id) return post(turn, asker, { kind: 'heard', id });
  if (peer === undefined || peer.standing === 'left') return;
  if (isFresh(turn, peer)) return post(turn, asker, { kind: 'heard', id });
  const askers = [...peer.askers.filter((one) => one !== asker), asker].slice(-MAX_ASKERS);
  askEverywhere(turn, putPeer(turn, { ...peer, askers }));
};

const isUp = (turn: Turn, peer: Peer): void => {
  putPeer(turn, { ...peer, helpers: [], standing: 'up', doubt: null });
  if (peer.standing === 'up') return;
  alter(turn, { watched: null, stale: true });
  report(turn, { kind: 'up', node: peer.id });
};

/** A computer has answered what it was asked at `at`: then it lived, and if that is not long ago, it lives. */
export const proven = (turn: Turn, id: NodeId, at: number): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined || peer.standing === 'left') return;
  const provenAt = Math.max(peer.provenAt ?? at, at);
  const lately = turn.now - at <= turn.member.self.settings.doubtMs;
  if (lately) isUp(turn, { ...peer, provenAt });
  else putPeer(turn, { ...peer, provenAt });
  vouch(turn, id);
};

/**
 * `helper` says that a computer answers. It is believed when it was asked, and not passed on: words do not go in
 * circles. Without a proof for long it takes the words of two: one that lies keeps nobody up that is down.
 */
export const vouchedFor = (turn: Turn, helper: NodeId, id: NodeId): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined || peer.standing === 'left') return;
  if (!peer.helpers.some((one) => one.id === helper)) return;
  const helpers = peer.helpers.map((one) => (one.id === helper ? { ...one, heard: true } : one));
  const { awakeSince, self } = turn.member;
  const unproven = turn.now - Math.max(peer.provenAt ?? -Infinity, awakeSince);
  const words = helpers.filter(({ heard }) => heard).length;
  if (words > 1 || unproven < WORD_VERDICTS * self.settings.verdictMs)
    isUp(turn, { ...peer, vouchedAt: turn.now });
  else putPeer(turn, { ...peer, helpers });
};

/**
 * A datagram came from a computer that is not known to be up. It may be an old one that somebody held back:
 * only an answer proves anything, so it is asked.
 */
export const knocked = (turn: Turn, id: NodeId, key: string): void => {
  const peer = peerOf(turn, id);
  if (peer?.standing !== 'untested' && peer?.standing !== 'down') return;
  const path = peer.paths.find((one) => one.key === key);
  if (path !== undefined && turn.now - path.askedAt >= KNOCK_MS) ping(turn, id, key);
};

const isDown = (turn: Turn, peer: Peer): void => {
  const retryAt = turn.now;
  putPeer(turn, { ...peer, standing: 'down', doubt: null, retryAt });
  alter(turn, { watched: null, stale: true });
  report(turn, { kind: 'down', node: peer.id });
};

/** Goes on with a doubt: asks again, has others ask, and judges when the time is over. */
export const pursueDoubt = (turn: Turn, peer: Peer): void => {
  if (peer.doubt === null) return;
  const { verdictMs } = turn.member.self.settings;
  const { since, helpersAt } = peer.doubt;
  const patience = peer.standing === 'untested' ? UNTESTED_FACTOR * verdictMs : verdictMs;
  if (turn.now - since >= patience) return isDown(turn, peer);
  if (helpersAt === null || turn.now - helpersAt >= verdictMs / 2) {
    alterPeer(turn, peer.id, () => ({ doubt: { since, helpersAt: turn.now } }));
    askHelpers(turn, peer.id, HELPERS);
  }
  askEverywhere(turn, peerOf(turn, peer.id) ?? peer);
};

/** Tries a computer that is down again: itself, and through one of the others. */
export const retryDown = (turn: Turn, peer: Peer, waitMs: number): void => {
  putPeer(turn, { ...peer, retryAt: turn.now + waitMs });
  askEverywhere(turn, peer);
  askHelpers(turn, peer.id, 1);
};

/** This computer was asleep: what it did not hear meanwhile says nothing of others. */
export const awake = (turn: Turn): void => {
  alter(turn, { awakeSince: turn.now });
  for (const peer of peersOf(turn).values()) {
    const doubt = peer.doubt === null ? null : { ...peer.doubt, since: turn.now };
    const paths = peer.paths.map((path) => (path.asked.length > 0 ? { ...path, asked: [] } : path));
    putPeer(turn, { ...peer, doubt, paths });
  }
};
