// Who watches whom: each computer those that follow it in the ring of ids, and those it has to do with (B3).

import { sendingSession } from '../outbox.ts';
import { associate } from '../association/initiate.ts';
import type { NodeId } from '../identity.ts';
import { urgency } from '../service-class.ts';
import type { Peer } from '../state.ts';
import { sortedIds } from '../table/table.ts';
import type { Turn } from '../turn.ts';
import { alter, peersOf } from '../turn.ts';
import { ping } from './heartbeat.ts';
import { bestPath } from './paths.ts';

/** Messages that were under way so short a time ago keep a computer in use, ms. */
const IN_USE_MS = 2000;
/** Alternates of a computer that is not in use are asked so many times less often than its primary. */
const ALTERNATES = 5;

const isWatchable = ({ standing }: Peer): boolean => standing === 'up' || standing === 'untested';

/** The computers that follow this one in the ring: ids are hashes, so their order is nobody's choice. */
const watchedNow = (turn: Turn): ReadonlySet<NodeId> => {
  const { id: own, settings } = turn.member.self;
  const ids = sortedIds([...peersOf(turn).values()].filter(isWatchable).map(({ id }) => id));
  const behind = ids.filter((id) => id > own);
  return new Set([...behind, ...ids.filter((id) => id < own)].slice(0, settings.watched));
};

/** Those that this computer watches. */
export const watchedBy = (turn: Turn): ReadonlySet<NodeId> => {
  const known = turn.member.watched ?? watchedNow(turn);
  if (turn.member.watched === null) alter(turn, { watched: known });
  return known;
};

/** Whether messages for a computer, or from it, are or were just under way. */
export const isInUse = ({ outgoing, usedAt }: Peer, now: number): boolean =>
  outgoing.queue.length > 0 || now - usedAt < IN_USE_MS;

/** Sends the heartbeats to a computer that are due. */
export const beat = (turn: Turn, peer: Peer): void => {
  if (sendingSession(peer) === undefined) return associate(turn, peer.id);
  const { heartbeatMs } = turn.member.self.settings;
  const best = bestPath(peer.paths, urgency('control'));
  const tight = isInUse(peer, turn.now);
  for (const { key, askedAt } of peer.paths) {
    const often = tight || key === best?.key;
    const interval = often ? heartbeatMs : ALTERNATES * heartbeatMs;
    if (turn.now - askedAt >= interval) ping(turn, peer.id, key);
  }
};

/** Asks one of the computers that are not watched, on one of its pairs: all have their turn. */
export const beatStray = (turn: Turn): void => {
  const { strayTurn, strayAt, self } = turn.member;
  if (turn.now < strayAt) return;
  const watched = watchedBy(turn);
  const strays = [...peersOf(turn).values()].filter(
    (peer) => isWatchable(peer) && !watched.has(peer.id),
  );
  const peer = strays[strayTurn % Math.max(1, strays.length)];
  const next = { strayTurn: strayTurn + 1, strayAt: turn.now + self.settings.heartbeatMs };
  alter(turn, next);
  if (peer === undefined) return;
  if (sendingSession(peer) === undefined) return associate(turn, peer.id);
  const path = peer.paths[Math.floor(strayTurn / strays.length) % Math.max(1, peer.paths.length)];
  if (path !== undefined) ping(turn, peer.id, path.key);
};
