// How long somebody who asks waits for the answer.

import { setTimeout } from 'node:timers/promises';
import { quantile } from '../figure.ts';
import type { Control } from './gateways/contestant.ts';
import type { Values } from './measure.ts';

/** Between an answer and the next question: who asks is not to be the load. Milliseconds. */
const PAUSES = { ask: 5, scrape: 100 };

/** How long each took that was done until then, one after another; milliseconds. At least one is done. */
const timesOf = async (
  until: number,
  pause: number,
  action: () => Promise<number>,
): Promise<readonly number[]> => {
  const times: number[] = [];
  do {
    times.push(await action());
    await setTimeout(pause);
  } while (performance.now() < until);
  return times;
};

const timed =
  (action: () => Promise<void>): (() => Promise<number>) =>
  async () => {
    const since = performance.now();
    await action();
    return performance.now() - since;
  };

/** Of the time: the rest is for metrics, as starting curl would make who asks wait. */
const ASKED = 0.7;

/** Asks again and again, for so long, and in the midst of it has the gateway read its file again. */
export const answersOf = async (control: Control, seconds: number): Promise<Values> => {
  const milliseconds = seconds * 1000;
  const until = performance.now() + milliseconds;
  const [asked, reload] = await Promise.all([
    timesOf(
      until - milliseconds * (1 - ASKED),
      PAUSES.ask,
      timed(() => control.ask()),
    ),
    setTimeout((milliseconds * ASKED) / 2).then(timed(() => control.reload())),
  ]);
  const scraped = await timesOf(until, PAUSES.scrape, () => control.scrape());
  return {
    ask50: quantile(asked, 1 / 2),
    ask99: quantile(asked, 0.99),
    askMost: Math.max(...asked),
    scrape: Math.max(...scraped),
    reload,
  };
};
