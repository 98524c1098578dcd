// What a whole cluster costs, in virtual time: until tables agree, and what goes round when nothing happens.

import { calmWorld, convergence } from './calm.ts';

export interface Figures {
  readonly computers: number;
  /** Until all that start at once hold identical tables, ms. */
  readonly startMs: number;
  /** Until one that joins an old cluster is known to all, ms. */
  readonly joinMs: number;
  /** Bytes of IP datagrams that a computer sends each second while nothing happens. */
  readonly bytesEachSecond: number;
  readonly datagramsEachSecond: number;
}

const MOST_MS = 60_000;
/** Time after which a start is past, and time that is looked at, ms. */
const SETTLED_MS = 5000;
const WATCHED_MS = 5000;

/** The figures for so many computers on one network, 1 to 2 ms apart, each a member of the others' cluster. */
export const figuresOf = (computers: number): Figures => {
  const world = calmWorld({ computers, on: [0] });
  const startMs = convergence(world, computers, MOST_MS);
  world.agenda.runUntil(startMs + SETTLED_MS);
  const sum = (): number => world.computers.reduce((all, { sentBytes }) => all + sentBytes, 0);
  const [bytes, datagrams] = [sum(), world.datagrams];
  world.agenda.runUntil(world.agenda.now + WATCHED_MS);
  const each = (amount: number): number => amount / computers / (WATCHED_MS / 1000);
  const [bytesEachSecond, datagramsEachSecond] = [
    each(sum() - bytes),
    each(world.datagrams - datagrams),
  ];
  const [last] = world.computers.slice(-1);
  if (last === undefined) throw new Error('there are computers');
  world.happen(last, { kind: 'leave' });
  world.agenda.runUntil(world.agenda.now + SETTLED_MS);
  const begun = world.agenda.now;
  world.start(last, world.seedsFor(last));
  const joined = convergence(world, computers, begun + MOST_MS);
  return {
    ...{ computers, startMs, joinMs: joined - begun },
    ...{ bytesEachSecond, datagramsEachSecond },
  };
};
