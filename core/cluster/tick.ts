// The round that comes ten times a second: heartbeats, doubts, new entries, seeds, and what is left to tidy.

import { dropSuperseded } from './association/adopt.ts';
import { associate, isWorn, urgeAttempts } from './association/initiate.ts';
import { awake, doubtWhenSilent, pursueDoubt, retryDown } from './reach/doubt.ts';
import { lookAtPaths } from './reach/heartbeat.ts';
import { trySeeds } from './reach/seeds.ts';
import { beat, beatStray, isInUse, watchedBy } from './reach/watch.ts';
import type { NodeId } from './identity.ts';
import type { Peer } from './state.ts';
import { giveUp } from './stream/give-up.ts';
import { tellFresh } from './table/fresh.ts';
import { forgetDeparted } from './table/leaving.ts';
import type { Turn } from './turn.ts';
import { alter, choice, peerOf, peersOf } from './turn.ts';

/** Between two rounds, ms, so much more or less by chance that computers do not keep step. */
const ROUND_MS = 100;
const JITTER_MS = 10;
/** A round that is so late, ms, shows that this computer was asleep. */
const ASLEEP_MS = 150;
/** Computers that are down are tried again so often, ms, and less often where they are many. */
const RETRY_MS = 250;
const RETRY_EACH_MS = 20;

/** Messages that nobody could receive for too long are given up. */
const losePatience = (turn: Turn, { id, outgoing, answeredAt }: Peer): void => {
  const [first] = outgoing.queue;
  if (first === undefined) return;
  const since = Math.max(first.queuedAt, answeredAt ?? -Infinity, turn.member.awakeSince);
  if (turn.now - since >= turn.member.self.settings.patienceMs) giveUp(turn, id, 'unreachable');
};

/** What a round does for one computer. */
const lookAfter = (turn: Turn, id: NodeId, watched: boolean, down: number): void => {
  lookAtPaths(turn, id);
  const peer = peerOf(turn, id);
  if (peer === undefined || peer.standing === 'left') return;
  dropSuperseded(turn, peer);
  losePatience(turn, peerOf(turn, id) ?? peer);
  const now = peerOf(turn, id) ?? peer;
  if (now.standing === 'down') {
    const wait = Math.max(RETRY_MS, RETRY_EACH_MS * down);
    if (turn.now >= now.retryAt) retryDown(turn, now, wait);
    return;
  }
  if (now.doubt !== null) return pursueDoubt(turn, now);
  if (now.sessions[0] !== undefined && isWorn(now.sessions[0])) associate(turn, id);
  if (!watched && !isInUse(now, turn.now)) return;
  beat(turn, now);
  doubtWhenSilent(turn, peerOf(turn, id) ?? now);
};

/** A round, when it is due. */
export const tick = (turn: Turn): void => {
  const { tickAt } = turn.member;
  if (turn.now < tickAt) return;
  if (turn.now - tickAt > ASLEEP_MS) awake(turn);
  urgeAttempts(turn);
  const watched = watchedBy(turn);
  const all = [...peersOf(turn).values()];
  const down = all.filter(({ standing }) => standing === 'down').length;
  for (const { id } of all) lookAfter(turn, id, watched.has(id), down);
  beatStray(turn);
  trySeeds(turn);
  tellFresh(turn);
  forgetDeparted(turn);
  const jitter = choice(turn, 2 * JITTER_MS) - JITTER_MS;
  alter(turn, { tickAt: turn.now + ROUND_MS + jitter });
};
