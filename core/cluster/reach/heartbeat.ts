// Heartbeats on pairs of adapters, and what their answers, or the lack of them, say of a path (B3).

import type { Address } from '../../wire/address.ts';
import type { NodeId } from '../identity.ts';
import { post, room } from '../outbox.ts';
import type { Peer } from '../state.ts';
import type { Turn } from '../turn.ts';
import { alter, alterPeer, peerOf, putPeer, report } from '../turn.ts';
import { DIGEST_LENGTH } from '../wire/frame.ts';
import { FLAP, calmed, charged } from './damping.ts';
import { alterPath } from './learn.ts';
import type { Path } from './path.ts';
import { PROBE_TIMEOUT_MS, probeAnswered, probeLost, probing } from './path-mtu.ts';
import { measured, timeoutOf } from './round-trip.ts';

/** A heartbeat is waited for so long at least, ms. */
const LEAST_WAIT_MS = 250;
/** Heartbeats without an answer, one after another, that make a path unreachable. */
const MISSES = 3;
/** Answers in a row that make it reachable again, and that end its trouble. */
const ANSWERS = 3;
const TROUBLE_ANSWERS = 2;
const MAX_ASKED = 8;
/** A frame of a heartbeat besides its padding, bytes. */
const PING_LENGTH = 15;

/** The beginning of the table's digest, as heartbeats tell it. */
export const shortDigest = (turn: Turn) => turn.member.table.digest.subarray(0, DIGEST_LENGTH);

const nextNumber = (turn: Turn): number => {
  const { pings } = turn.member;
  alter(turn, { pings: (pings + 1) % 0x100000000 });
  return pings;
};

/** Asks on a path. */
export const ping = (turn: Turn, id: NodeId, key: string): void => {
  const number = nextNumber(turn);
  const asked = { number, at: turn.now };
  alterPath(turn, id, key, (path) => ({
    asked: [...path.asked, asked].slice(-MAX_ASKED),
    askedAt: turn.now,
  }));
  post(turn, id, { kind: 'ping', number, digest: shortDigest(turn), padding: 0 }, key);
};

/** Asks on a path whether it carries longer datagrams, when that is worth knowing now. */
export const probeMtu = (turn: Turn, id: NodeId, path: Path): void => {
  const number = nextNumber(turn);
  const mtu = probing(path.mtu, number, turn.now);
  if (mtu.probe === null || mtu === path.mtu) return;
  alterPath(turn, id, path.key, () => ({ mtu }));
  const padding = room(path, mtu.probe.size) - PING_LENGTH;
  post(turn, id, { kind: 'ping', number, digest: shortDigest(turn), padding }, path.key);
};

/** Addresses of a computer by which it can be reached from here. */
export const reachableAddresses = (peer: Peer): ReadonlySet<Address> =>
  new Set(peer.paths.filter(({ state }) => state === 'reachable').map(({ to }) => to.address));

/** Reports what has changed in how a computer is reached. */
export const reportReach = (turn: Turn, id: NodeId): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined) return;
  const before = turn.member.reported.get(id) ?? new Set<Address>();
  const after = reachableAddresses(peer);
  if (before.size === after.size && [...after].every((one) => before.has(one))) return;
  alter(turn, { reported: new Map(turn.member.reported).set(id, after), stale: true });
  for (const adapter of after)
    if (!before.has(adapter)) report(turn, { kind: 'reachable', node: id, adapter });
  for (const adapter of before)
    if (!after.has(adapter)) report(turn, { kind: 'unreachable', node: id, adapter });
};

/** What an answer on a path does to it; `asked` is when it was asked for. */
export const afterAnswer = (path: Path, asked: number, now: number): Partial<Path> => {
  const answers = path.answers + 1;
  const lasting = path.state !== 'unreachable' || answers >= ANSWERS;
  const over = path.troubledAt === null || (asked > path.troubledAt && answers >= TROUBLE_ANSWERS);
  return {
    ...{ answers, answeredAt: now, backoff: 0 },
    state: lasting ? 'reachable' : 'unreachable',
    troubledAt: over ? null : path.troubledAt,
  };
};

/** The answer to a heartbeat: when that was sent. One that nobody asked for says nothing: null. */
export const answered = (turn: Turn, id: NodeId, key: string, number: number): number | null => {
  const path = peerOf(turn, id)?.paths.find((one) => one.key === key);
  if (path === undefined) return null;
  const { probe } = path.mtu;
  if (probe?.number === number) {
    alterPath(turn, id, key, () => ({ mtu: probeAnswered(path.mtu, number, turn.now) }));
    return probe.at;
  }
  const asked = path.asked.find((one) => one.number === number);
  if (asked === undefined) return null;
  const rest = path.asked.filter((one) => one.at > asked.at);
  const change = {
    ...afterAnswer(path, asked.at, turn.now),
    ...measured(path, turn.now - asked.at),
  };
  alterPath(turn, id, key, () => ({ ...change, asked: rest }));
  alterPeer(turn, id, () => ({ answeredAt: turn.now }));
  if (change.state !== path.state) reportReach(turn, id);
  return asked.at;
};

/** The path after what was waited for in vain by now. */
const afterWaiting = (path: Path, now: number): Path => {
  const calm = calmed(path, now);
  const { probe } = calm.mtu;
  const lost = probe !== null && now - probe.at >= PROBE_TIMEOUT_MS;
  const rested = lost ? { ...calm, mtu: probeLost(calm.mtu, now) } : calm;
  if (rested.state === 'unreachable' || rested.asked.length < MISSES) return rested;
  const wait = Math.max(LEAST_WAIT_MS, timeoutOf({ ...rested, backoff: 0 }));
  const missed = rested.asked.filter(({ at }) => now - at > wait).length;
  if (missed < MISSES) return rested;
  const charge = rested.state === 'reachable' ? charged(rested, FLAP, now) : {};
  return { ...rested, ...charge, state: 'unreachable', answers: 0 };
};

/** Looks which paths to a computer have ceased to answer. */
export const lookAtPaths = (turn: Turn, id: NodeId): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined) return;
  const paths = peer.paths.map((path) => afterWaiting(path, turn.now));
  if (paths.every((path, at) => path === peer.paths[at])) return;
  putPeer(turn, { ...peer, paths });
  reportReach(turn, id);
};
