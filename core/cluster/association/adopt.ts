// An association becomes one that is used: which life of its computer it belongs to, and which it supersedes.

import type { NodeId } from '../identity.ts';
import { newPeer } from '../peer.ts';
import type { Peer } from '../state.ts';
import { startAnew } from '../stream/give-up.ts';
import { NO_EPOCH, newIncoming } from '../stream/incoming.ts';
import type { Turn } from '../turn.ts';
import { alter, count, peerOf, peersOf, putPeer, report } from '../turn.ts';
import type { Session } from './session.ts';

/** Associations that are kept for one computer: both sides may have made one at the same time. */
const MAX_SESSIONS = 4;
/** One that is superseded is of use for what is under way still, ms. */
export const SUPERSEDED_MS = 10_000;

/** Whether a computer may take part at all: where keys are pinned, only theirs may. */
export const isWelcome = (turn: Turn, id: NodeId): boolean => {
  const { pinned } = turn.member.self;
  return pinned === null || [...pinned.values()].includes(id);
};

/** The computer, new if it is; null when there is no room for one more. */
export const peerFor = (turn: Turn, id: NodeId): Peer | null => {
  const held = peerOf(turn, id);
  if (held !== undefined) return held;
  if (peersOf(turn).size >= turn.member.self.settings.tableSize) {
    count(turn, 'table-full');
    return null;
  }
  return putPeer(turn, newPeer(turn, id));
};

const forgetIndexes = (turn: Turn, sessions: readonly Session[]): void => {
  if (sessions.length === 0) return;
  const indexes = new Map(turn.member.indexes);
  for (const { index } of sessions) indexes.delete(index);
  alter(turn, { indexes });
};

/** Gives a computer these associations, and forgets the others. */
export const keepSessions = (turn: Turn, peer: Peer, sessions: readonly Session[]): Peer => {
  const kept = sessions.slice(0, MAX_SESSIONS);
  const gone = peer.sessions.filter((one) => !kept.some(({ index }) => index === one.index));
  forgetIndexes(turn, gone);
  return putPeer(turn, { ...peer, sessions: kept });
};

/**
 * Notes an association under its index. Both sides may begin one at a time, so the other's that is not confirmed
 * yet is kept beside an own one; of several that are not, the latest: nobody can crowd the used ones out.
 */
export const addSession = (turn: Turn, peer: Peer, session: Session): Peer => {
  alter(turn, { indexes: new Map(turn.member.indexes).set(session.index, peer.id) });
  const used = peer.sessions.filter(({ confirmed }) => confirmed).slice(0, MAX_SESSIONS - 2);
  const waiting = peer.sessions.filter(({ confirmed }) => !confirmed).slice(-1);
  return keepSessions(turn, peer, [...used, ...waiting, session]);
};

/**
 * Uses a confirmed association from now on. One of another life takes over when it was begun later than
 * the one that brought the present life: its computer has shown that it lives, so the earlier life is over.
 */
export const adopt = (turn: Turn, peer: Peer, session: Session): boolean => {
  const others = peer.sessions.filter(({ index }) => index !== session.index);
  if (peer.life === session.life) {
    keepSessions(turn, peer, [session, ...others]);
    return true;
  }
  if (peer.life !== null && session.born < peer.lifeBorn) {
    count(turn, 'life-past');
    keepSessions(turn, peer, others);
    return false;
  }
  const { windowBytes } = turn.member.self.settings;
  const present = others.filter(({ life, confirmed }) => life === session.life || !confirmed);
  const after = keepSessions(turn, peer, [session, ...present]);
  const again = peer.life !== null;
  putPeer(turn, {
    ...after,
    life: session.life,
    lifeBorn: session.born,
    incoming: newIncoming(NO_EPOCH, windowBytes),
    compareWait: 0,
  });
  if (again) {
    startAnew(turn, peer.id, 'restarted');
    report(turn, { kind: 'restarted', node: peer.id });
  }
  return true;
};

/** Forgets associations that were superseded long ago, or whose cluster key is not accepted any more. */
export const dropSuperseded = (turn: Turn, peer: Peer): void => {
  const { keys } = turn.member;
  const kept = peer.sessions.filter(
    ({ usedAt, madeAt, keyId }, at) =>
      keys.some(({ id }) => id === keyId) &&
      (at === 0 || turn.now - Math.max(usedAt, madeAt) < SUPERSEDED_MS),
  );
  if (kept.length < peer.sessions.length) keepSessions(turn, peer, kept);
};
