// Joining by any member's address (B7): seeds are tried until they are known as computers that are up.

import { begin } from '../association/initiate.ts';
import type { Way } from '../association/attempt.ts';
import type { Endpoint } from '../endpoint.ts';
import { sameEndpoint } from '../endpoint.ts';
import type { Turn } from '../turn.ts';
import { alter, peersOf } from '../turn.ts';

/** Between two seeds, ms: while this computer is alone, and when it has company. */
const ALONE_MS = 300;
const COMPANY_MS = 2000;

/** Whether a seed is the own address, or that of a computer that is up already. */
const isMet = (turn: Turn, seed: Endpoint): boolean =>
  turn.member.adapters.some((own) => sameEndpoint(own, seed)) ||
  [...peersOf(turn).values()].some(
    ({ standing, paths }) => standing === 'up' && paths.some(({ to }) => sameEndpoint(to, seed)),
  );

/** Tries the next seed, by all own adapters in turn. Two groups that met by different seeds become one so. */
export const trySeeds = (turn: Turn): void => {
  const { seedAt, seedTurn, adapters } = turn.member;
  if (turn.now < seedAt) return;
  const seeds = turn.member.seeds.filter((seed) => !isMet(turn, seed));
  const alone = ![...peersOf(turn).values()].some(({ standing }) => standing === 'up');
  alter(turn, { seedAt: turn.now + (alone ? ALONE_MS : COMPANY_MS), seedTurn: seedTurn + 1 });
  const seed = seeds[seedTurn % Math.max(1, seeds.length)];
  if (seed === undefined) return;
  const round = Math.floor(seedTurn / seeds.length);
  const own = adapters.filter(({ address }) => typeof address === typeof seed.address);
  const ways = own.map(({ address }): Way => ({ adapter: address, to: seed }));
  const first = round % Math.max(1, own.length);
  begin(turn, null, [...ways.slice(first), ...ways.slice(0, first)], round);
};
