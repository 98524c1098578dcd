// Waiting for what is sure to come, without a fixed sleep.
import { setTimeout } from 'node:timers/promises';

/** Generous: a machine that is busy is slow, not wrong. */
const BOUND = 15_000;
const BETWEEN = 25;

/** Asks again and again until there is an answer, and gives it. Fails with `what`, in words. */
export const until = async <A>(
  what: string,
  ask: () => A | null | false | undefined | Promise<A | null | false | undefined>,
): Promise<A> => {
  for (let waited = 0; waited < BOUND; waited += BETWEEN) {
    const answer = await ask();
    if (answer !== null && answer !== false && answer !== undefined) return answer;
    await setTimeout(BETWEEN);
  }
  throw new Error(`waited ${BOUND / 1000} seconds in vain: ${what}`);
};
