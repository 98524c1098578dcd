// Asks the data plane for what metrics are made of.

import * as E from 'fp-ts/lib/Either.js';
import type { Answer, Request } from '../control/protocol.ts';
import type { Row } from '../control/views.ts';
import { countedMetrics } from './counted.ts';
import type { Metric } from './metric.ts';
import { deviceMetrics, nodeMetrics } from './standing.ts';

type Ask = (request: Request) => Promise<Answer>;

const SOURCES: readonly (readonly [
  what: string,
  of: (rows: readonly Row[]) => readonly Metric[],
])[] = [
  ['counters', countedMetrics],
  ['nodes', nodeMetrics],
  ['devices', deviceMetrics],
];

/** All metrics as they are now; or why the data plane does not tell. */
export const collect = async (ask: Ask): Promise<E.Either<string, readonly Metric[]>> => {
  const answers = await Promise.all(
    SOURCES.map(async ([what, of]) => ({ of, answer: await ask({ command: 'show', what }) })),
  );
  const metrics: Metric[] = [];
  for (const { of, answer } of answers) {
    if (answer.kind !== 'rows') return E.left(answer.message);
    metrics.push(...of(answer.rows));
  }
  return E.right(metrics);
};
