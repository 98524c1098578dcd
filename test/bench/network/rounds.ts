// Contestants take turns within each workload, and each begins in turn: what slows the machine for a while
// slows all of them.

import type { Stage, Workload } from './workload.ts';
import type { MeasureId, Values } from './measure.ts';
import { MEASURES } from './measure.ts';
import type { Result } from './samples.ts';

export interface Plan {
  readonly stages: readonly Stage[];
  readonly workloads: readonly Workload[];
  readonly rounds: number;
  readonly seconds: number;
  /** Rounds of a second before those that count. */
  readonly warmUps: number;
  /** Done before each round that counts. */
  readonly before: () => Promise<void>;
}

/** What one contestant did in one round. */
export interface Turn {
  /** Below 0: to warm up. */
  readonly round: number;
  readonly workload: Workload;
  readonly stage: Stage;
  /** Values, or why there are none. */
  readonly values: Values | Error;
}

const turned = <A>(list: readonly A[], by: number): readonly A[] =>
  list.map((_, at) => list[(at + by) % list.length] as A);

const taken = async (
  round: number,
  workload: Workload,
  stage: Stage,
  seconds: number,
): Promise<Turn> => {
  try {
    return { round, workload, stage, values: await workload.run(stage, seconds) };
  } catch (error) {
    const values = error instanceof Error ? error : new Error(String(error));
    return { round, workload, stage, values };
  }
};

/** All turns, as they are taken. */
export async function* race(plan: Plan): AsyncGenerator<Turn> {
  const { stages, workloads, rounds, seconds, warmUps } = plan;
  const takers = (workload: Workload, round: number): readonly Stage[] =>
    turned(stages, Math.max(0, round)).filter(({ contestant }) => workload.isFor(contestant));
  const repeated = workloads.filter(({ isLast }) => isLast !== true);
  for (let round = -warmUps; round < rounds; round++) {
    if (round >= 0) await plan.before();
    for (const workload of repeated)
      for (const stage of takers(workload, round))
        yield taken(round, workload, stage, round < 0 ? 1 : seconds);
  }
  for (const workload of workloads.filter(({ isLast }) => isLast === true))
    for (const stage of takers(workload, 0)) yield taken(0, workload, stage, seconds);
}

const valueOf = (turn: Turn | undefined, measure: MeasureId): number | null =>
  turn === undefined || turn.values instanceof Error ? null : (turn.values[measure] ?? null);

/** By measure and contestant, in the order of both; measures that nobody came to are left out. */
export const resultsOf = (
  turns: readonly Turn[],
  stages: readonly Stage[],
  rounds: number,
): readonly Result[] =>
  MEASURES.flatMap((measure) => {
    const series = stages.flatMap(({ contestant }) => {
      const own = turns.filter(
        ({ stage, workload }) =>
          stage.contestant === contestant && workload.measures.includes(measure.id),
      );
      const samples = Array.from({ length: rounds }, (_, round) =>
        valueOf(
          own.find((turn) => turn.round === round),
          measure.id,
        ),
      );
      if (own.length === 0 || samples.every((sample) => sample === null)) return [];
      return [{ subject: contestant.name, aside: contestant.aside === true, samples }];
    });
    return series.length === 0 ? [] : [{ measure, series }];
  });
