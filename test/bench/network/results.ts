// Results as a run would have them, for tests: a line of samples for each contestant.

import type { MeasureId } from './measure.ts';
import { MEASURES } from './measure.ts';
import type { Result, Series } from './samples.ts';

export const resultOf = (
  id: MeasureId,
  samples: Readonly<Record<string, Series['samples']>>,
  aside: readonly string[] = [],
): Result => {
  const measure = MEASURES.find((one) => one.id === id);
  if (measure === undefined) throw new Error(`there is no measure ${id}`);
  const series = Object.entries(samples).map(([subject, of]) => ({
    subject,
    aside: aside.includes(subject),
    samples: of,
  }));
  return { measure, series };
};
