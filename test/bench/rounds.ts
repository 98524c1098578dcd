// Contestants take turns: what slows the machine for a while slows all of them.

import type { Contestant } from './contestant.ts';
import type { Figure } from './figure.ts';

export interface Race {
  /** Turns before it counts: the engine compiles what is hot, V8 after some hundred batches. */
  readonly warmUp: number;
  readonly rounds: number;
}

export const RACE: Race = { warmUp: 40, rounds: 15 };
export const QUICK: Race = { warmUp: 20, rounds: 5 };

const turn = ({ run }: Contestant, prepare: () => void): number => {
  prepare();
  const before = process.hrtime.bigint();
  const { items, nanoseconds } = run();
  return (nanoseconds ?? Number(process.hrtime.bigint() - before)) / items;
};

/** `prepare` makes each turn begin as the others; that time does not count. */
export const race = (
  contestants: readonly Contestant[],
  { warmUp, rounds }: Race,
  prepare: () => void = () => undefined,
): readonly Figure[] => {
  for (const contestant of contestants)
    for (let round = 0; round < warmUp; round++) turn(contestant, prepare);
  const figures = contestants.map(({ name }) => ({ subject: name, samples: [] as number[] }));
  for (let round = 0; round < rounds; round++)
    for (let place = 0; place < contestants.length; place++) {
      // Each has each place in turn: nobody always comes behind the same one.
      const index = (place + round) % contestants.length;
      const contestant = contestants[index];
      if (contestant) figures[index]?.samples.push(turn(contestant, prepare));
    }
  return figures;
};
