// All pairs of adapters by which another computer may be reached, and which of them is to be used (B2, B3, B6).

import type { Address } from '../../wire/address.ts';
import type { Adapter } from '../adapter.ts';
import type { Endpoint } from '../endpoint.ts';
import { urgency } from '../service-class.ts';
import { contains } from '../subnet.ts';
import type { Path } from './path.ts';
import { pathKey } from './path.ts';
import { newPathMtu } from './path-mtu.ts';

/** The most pairs that are kept for one computer. */
export const MAX_PATHS = 16;
/** The congestion window at the beginning, bytes (RFC 6928). */
export const FIRST_WINDOW = 14_600;
/** The window that the slowest start begins with is never exceeded before a loss, bytes. */
const FIRST_THRESHOLD = 1024 * 1024;

export const newPath = (
  adapter: Address,
  to: Endpoint,
  rank: number,
  mtu: number,
  urgent: number,
): Path => ({
  key: pathKey(adapter, to),
  adapter,
  to,
  rank,
  urgency: urgent,
  state: 'untried',
  answeredAt: null,
  askedAt: -Infinity,
  asked: [],
  answers: 0,
  troubledAt: null,
  penalty: 0,
  penaltyAt: 0,
  damped: false,
  srtt: null,
  rttvar: 0,
  backoff: 0,
  window: FIRST_WINDOW,
  threshold: FIRST_THRESHOLD,
  recovery: 0,
  acknowledged: -1,
  mtu: newPathMtu(mtu),
});

interface Pair {
  readonly own: Adapter;
  readonly other: Adapter;
  readonly score: number;
}

/** Those of the other's adapters come first; for each of them the own on its subnet, then by preference. */
const pairs = (own: readonly Adapter[], others: readonly Adapter[]): readonly Pair[] =>
  others
    .flatMap((other, place) =>
      own
        .filter((adapter) => typeof adapter.address === typeof other.address)
        .map((adapter, at) => {
          const away = contains(adapter, other.address) ? 0 : 1;
          return { own: adapter, other, score: place * 100 + away * 10 + at };
        }),
    )
    .sort((one, two) => one.score - two.score)
    .slice(0, MAX_PATHS);

/**
 * The paths to a computer whose adapters are `others`: what was known of a pair is kept. Pairs that only
 * datagrams told of stay behind the rest, while there is room and the own adapter is still there.
 */
export const pathsTo = (
  own: readonly Adapter[],
  others: readonly Adapter[],
  held: readonly Path[],
): readonly Path[] => {
  const listed = pairs(own, others).map(({ own: adapter, other }, rank) => {
    const to = { address: other.address, port: other.port };
    const mtu = Math.min(adapter.mtu, other.mtu);
    const urgent = Math.min(urgency(adapter.serviceClass), urgency(other.serviceClass));
    const key = pathKey(adapter.address, to);
    const known = held.find((path) => path.key === key);
    if (known === undefined) return newPath(adapter.address, to, rank, mtu, urgent);
    const same = known.mtu.ceiling === mtu;
    return { ...known, rank, urgency: urgent, mtu: same ? known.mtu : newPathMtu(mtu) };
  });
  const learned = held.filter(
    (path) =>
      own.some((adapter) => adapter.address === path.adapter) &&
      !listed.some(({ key }) => key === path.key) &&
      path.state !== 'unreachable',
  );
  return [...listed, ...learned.map((path, at) => ({ ...path, rank: listed.length + at }))].slice(
    0,
    MAX_PATHS,
  );
};

/** Whether a pair that once answered has let something down. One that never did tells nothing of its adapters. */
const isSuspect = ({ troubledAt, state, answeredAt }: Path): boolean =>
  troubledAt !== null || (state === 'unreachable' && answeredAt !== null);

/** How much speaks against a path: the least is taken. */
const against = (path: Path, urgent: number, suspects: readonly Path[]): number => {
  let score = path.rank;
  if (path.urgency < urgent) score += 50;
  if (path.state === 'untried') score += 100;
  if (path.damped) score += 200;
  if (path.troubledAt !== null) score += 1000 + 100 * Math.min(path.backoff, 9);
  if (path.state === 'unreachable') score += 3000 + 100 * Math.min(path.backoff, 9);
  // What ails a pair is mostly one of its adapters: others that share it come after those that do not.
  for (const { adapter, to } of suspects)
    if (adapter === path.adapter || to.address === path.to.address) return score + 300;
  return score;
};

/** The path for what is so urgent; null when there is none at all. */
export const bestPath = (paths: readonly Path[], urgent: number): Path | null => {
  const suspects = paths.filter(isSuspect);
  let best: Path | null = null;
  let least = Infinity;
  for (const path of paths) {
    const score = against(path, urgent, suspects);
    if (score < least) [best, least] = [path, score];
  }
  return best;
};
