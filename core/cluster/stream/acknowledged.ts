// An acknowledgement: what it covers is settled, what it shows to be lost is repeated (RFC 9002 section 6.1).

import type { NodeId } from '../identity.ts';
import { charged, TROUBLE } from '../reach/damping.ts';
import { ping } from '../reach/heartbeat.ts';
import type { Path } from '../reach/path.ts';
import { longArrived, longLost } from '../reach/path-mtu.ts';
import { measured, timeoutOf } from '../reach/round-trip.ts';
import type { Peer } from '../state.ts';
import type { Turn } from '../turn.ts';
import { alterPeer, peerOf, putPeer } from '../turn.ts';
import type { Frame } from '../wire/frame.ts';
import type { Range } from '../wire/range.ts';
import { covers, withRange } from '../wire/range.ts';
import { collapsed, halved, opened } from './congestion.ts';
import type { Flight, Lost, Outgoing } from './outgoing.ts';

type Ack = Extract<Frame, { readonly kind: 'ack' }>;

/** A piece may be lost when so many that were sent after it, the same way, have come. */
const REORDERED = 3;

const largestOf = (flights: readonly Flight[]): number =>
  flights.reduce((most, { size }) => Math.max(most, size), 0);

/** What a path learns of the flights on it that have come. */
const afterArrival = (
  path: Path,
  came: readonly Flight[],
  { echo, delay }: Ack,
  now: number,
): Path => {
  const own = came.filter((flight) => flight.path === path.key);
  if (own.length === 0) return path;
  const bytes = own.reduce((sum, { size }) => sum + size, 0);
  const largest = largestOf(own);
  const highest = own.reduce((most, one) => Math.max(most, one.number), path.acknowledged);
  const timed = own.find((flight) => flight.number === echo);
  // A piece that came by another way as well proves nothing of this one, unless it is the very one echoed.
  if (timed === undefined) return { ...path, acknowledged: highest };
  const lasting = path.troubledAt === null || timed.at > path.troubledAt;
  return {
    ...path,
    ...opened(path, bytes, largest),
    ...measured(path, Math.max(0, now - timed.at - delay)),
    acknowledged: highest,
    answeredAt: now,
    backoff: lasting ? 0 : path.backoff,
    state: path.state === 'untried' ? 'reachable' : path.state,
    mtu: longArrived(path.mtu, largest),
  };
};

/**
 * Flights that are not on the way any more: sent well before one that has come, and longer ago than a round
 * trip takes with its variation, as a little disorder is no loss (RFC 8985 section 3.3).
 */
const lostOf = (
  paths: readonly Path[],
  flights: readonly Flight[],
  now: number,
): readonly Flight[] => {
  const known = new Map(paths.map((path) => [path.key, path]));
  return flights.filter(({ path: key, number, at }) => {
    const path = known.get(key);
    if (path === undefined || number > path.acknowledged - REORDERED) return false;
    return now - at > (path.srtt ?? 0) + Math.max(1, 2 * path.rttvar);
  });
};

/** The path after losses among what was sent on it: one answer for all that were on the way together. */
const afterLoss = (path: Path, lost: readonly Flight[], number: number, now: number): Path => {
  const own = lost.filter((flight) => flight.path === path.key);
  if (own.length === 0) return path;
  const mtu = longLost(path.mtu, largestOf(own), now);
  const fresh = own.some((flight) => flight.number >= path.recovery);
  return fresh ? { ...path, ...halved(path), mtu, recovery: number } : { ...path, mtu };
};

const inOrder = (lost: readonly Lost[]): readonly Lost[] =>
  [...lost].sort((one, other) => one.from - other.from);

const settle = (turn: Turn, { queue }: Outgoing, base: number): Outgoing['queue'] => {
  let settled = 0;
  for (const { to, reference } of queue) {
    if (to > base) break;
    turn.effects.push({ kind: 'settled', reference, outcome: { kind: 'acknowledged' } });
    settled += 1;
  }
  return settled === 0 ? queue : queue.slice(settled);
};

/** Takes an acknowledgement of the present stream, of bytes that were sent. */
export const acknowledge = (turn: Turn, id: NodeId, ack: Ack): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined) return;
  const { outgoing } = peer;
  if (ack.epoch !== outgoing.epoch || ack.next > outgoing.next) return;
  const base = Math.max(outgoing.base, ack.next);
  let received: readonly Range[] = outgoing.received.filter(({ to }) => to > base);
  for (const range of ack.ranges)
    if (range.from > base && range.to <= outgoing.next && range.from < range.to)
      received = withRange(received, range);
  const has = (flight: Flight): boolean => flight.to <= base || covers(received, flight);
  const came = outgoing.flights.filter(has);
  const paths = peer.paths.map((path) => afterArrival(path, came, ack, turn.now));
  const still = outgoing.flights.filter((flight) => !has(flight));
  const lost = lostOf(paths, still, turn.now);
  const after: Outgoing = {
    ...outgoing,
    base,
    received,
    queue: settle(turn, outgoing, base),
    flights: lost.length === 0 ? still : still.filter((flight) => !lost.includes(flight)),
    lost:
      lost.length === 0
        ? outgoing.lost
        : inOrder([...outgoing.lost, ...lost.map(({ from, to }) => ({ from, to, small: false }))]),
    limit: Math.max(outgoing.limit, ack.limit),
  };
  putPeer(turn, {
    ...peer,
    answeredAt: turn.now,
    usedAt: turn.now,
    outgoing: after,
    paths: paths.map((path) => afterLoss(path, lost, outgoing.number, turn.now)),
  });
};

/** When the first flight will have been waited for in vain; null when nothing is on the way. */
export const retransmitAt = (peer: Peer): number | null => {
  let at: number | null = null;
  // Flights stand in the order in which they went out: the first on a path is the first that is due there.
  let last = '';
  for (const flight of peer.outgoing.flights) {
    if (flight.path === last) continue;
    last = flight.path;
    const path = peer.paths.find(({ key }) => key === last);
    const due = flight.at + (path === undefined ? 0 : timeoutOf(path));
    if (at === null || due < at) at = due;
  }
  return at;
};

/** The path on which something did not come back in time. */
const afterTimeout = (path: Path, late: readonly Flight[], now: number): Path => {
  const own = late.filter((flight) => flight.path === path.key);
  if (own.length === 0) return path;
  const mtu = longLost(path.mtu, largestOf(own), now);
  return {
    ...path,
    ...collapsed(path),
    ...charged(path, path.troubledAt === null ? TROUBLE : 0, now),
    mtu,
    backoff: path.backoff + 1,
    answers: 0,
    troubledAt: now,
  };
};

/** Takes what did not come back in time for lost: it goes again, another way if there is one (B6). */
export const timeOut = (turn: Turn, id: NodeId): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined) return;
  const { outgoing, paths } = peer;
  const timeouts = new Map(paths.map((path) => [path.key, timeoutOf(path)]));
  const silent = new Set(
    outgoing.flights
      .filter(({ at, path }) => turn.now >= at + (timeouts.get(path) ?? 0))
      .map(({ path }) => path),
  );
  if (silent.size === 0) return;
  // All that is on the way there has the same fate (RFC 6298 section 5.4, and RFC 5681 section 3.1).
  const late = outgoing.flights.filter(({ path }) => silent.has(path));
  const lost = inOrder([
    ...outgoing.lost,
    ...late.map(({ from, to }): Lost => ({ from, to, small: true })),
  ]);
  putPeer(turn, {
    ...peer,
    outgoing: { ...outgoing, lost, flights: outgoing.flights.filter((one) => !late.includes(one)) },
    paths: paths.map((path) => afterTimeout(path, late, turn.now)),
  });
  for (const key of silent) ping(turn, id, key);
  alterPeer(turn, id, () => ({ usedAt: turn.now }));
};
