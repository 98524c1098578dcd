// A run: contestants are set up, take their turns, and go.

import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { sentence } from '../../../adapters/linux/libc.ts';
import { CONTESTANTS } from './gateways/all.ts';
import { placeOf } from './place.ts';
import { busy } from './processor.ts';
import { inWords } from './programs.ts';
import type { Programs } from './programs.ts';
import { race, resultsOf } from './rounds.ts';
import type { Turn } from './rounds.ts';
import type { Result } from './samples.ts';
import { makeSite } from './site.ts';
import type { Site } from './site.ts';
import type { Stage } from './workload.ts';
import { WORKLOADS } from './workload.ts';

export interface Order {
  /** By their ids. */
  readonly contestants: readonly string[];
  readonly workloads: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  /** Rounds of a second that do not count. */
  readonly warmUps: number;
}

export interface Session {
  readonly results: readonly Result[];
  /** Who or what was left out, and why: sentences. */
  readonly omitted: readonly string[];
  /** How busy the processors were before each round, with what is not of the bench: percent of all. */
  readonly disturbance: readonly number[];
}

/** Those of a list that can be had, and for the others what is missing. */
const those = <A extends { readonly id: string; readonly needs: readonly string[] }>(
  list: readonly A[],
  wanted: readonly string[],
  programs: Programs,
): { readonly had: readonly A[]; readonly omitted: readonly string[] } => {
  const asked = list.filter(({ id }) => wanted.includes(id));
  const missing = ({ needs }: A): readonly string[] => needs.filter((name) => !programs.has(name));
  return {
    had: asked.filter((one) => missing(one).length === 0),
    omitted: asked
      .filter((one) => missing(one).length > 0)
      .map((one) => `${one.id}: this machine has no ${missing(one).map(inWords).join(', ')}`),
  };
};

const setUp = async (
  site: Site,
  wanted: readonly string[],
): Promise<{ readonly stages: readonly Stage[]; readonly omitted: readonly string[] }> => {
  const { had, omitted } = those(CONTESTANTS, wanted, site.programs);
  const [stages, fallen]: [Stage[], string[]] = [[], []];
  for (const contestant of had) {
    const place = placeOf(CONTESTANTS.indexOf(contestant), contestant.id);
    try {
      stages.push({ contestant, site, place, standing: await contestant.stand(site, place) });
    } catch (error) {
      fallen.push(`${contestant.id}: ${sentence(error)}`);
    }
  }
  return { stages, omitted: [...omitted, ...fallen] };
};

const LOOKED_AT = 300;

const busyMeanwhile = async (cores: number): Promise<number> => {
  const [before, since] = [busy(), performance.now()];
  await setTimeout(LOOKED_AT);
  return (100 * (busy() - before)) / (performance.now() - since) / cores;
};

/** Does it; `tell` hears of each turn. Throws a sentence where not even client and node can be had. */
export const session = async (
  order: Order,
  programs: Programs,
  tell: (turn: Turn) => void,
): Promise<Session> => {
  const { rounds, seconds, warmUps } = order;
  const site = await makeSite(programs);
  try {
    const { stages, omitted } = await setUp(site, order.contestants);
    const { had: workloads, omitted: undone } = those(WORKLOADS, order.workloads, programs);
    const disturbance: number[] = [];
    const before = async (): Promise<void> => {
      disturbance.push(await busyMeanwhile(cpus().length));
    };
    const turns: Turn[] = [];
    for await (const turn of race({ stages, workloads, rounds, seconds, warmUps, before })) {
      tell(turn);
      turns.push(turn);
    }
    const results = resultsOf(turns, stages, rounds);
    return { results, omitted: [...omitted, ...undone], disturbance };
  } finally {
    site.dispose();
  }
};
