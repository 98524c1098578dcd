// One answer of those that several workers gave: each knows its own hosts alone.

import type { Answer, Request } from '../control/protocol.ts';
import type { Row } from '../control/views.ts';

/** The answers of each worker, in the order of workers. */
type Merge = (rows: readonly (readonly Row[])[]) => readonly Row[];

const numberIn = (row: Row, column: string): number => {
  const cell = row[column];
  return typeof cell === 'number' ? cell : 0;
};

/** Rows that are about the same become one, where the first of them stood; `join` makes it of two. */
const joined =
  (keyOf: (row: Row) => string, join: (one: Row, other: Row) => Row): Merge =>
  (answers) => {
    const all = new Map<string, Row>();
    for (const row of answers.flat()) {
      const key = keyOf(row);
      const known = all.get(key);
      all.set(key, known === undefined ? row : join(known, row));
    }
    return [...all.values()];
  };

const adding =
  (column: string) =>
  (one: Row, other: Row): Row => ({
    ...one,
    [column]: numberIn(one, column) + numberIn(other, column),
  });

const named =
  (...columns: readonly string[]) =>
  (row: Row): string =>
    columns.map((column) => String(row[column])).join(' ');

const sum = joined(named('of', 'name'), adding('value'));

/** Frames come first, the most frequent before others; what a worker alone counted stands with the rest of its kind. */
const counters: Merge = (answers) => {
  const rows = sum(answers);
  const kinds = [...new Set(['frames', ...rows.map(({ of }) => of)])];
  return kinds.flatMap((kind) => {
    const some = rows.filter(({ of }) => of === kind);
    return kind === 'frames'
      ? some.sort((a, b) => numberIn(b, 'value') - numberIn(a, 'value'))
      : some;
  });
};

/** What was heard last is what is known; each has frames of its own that wait. */
const neighbour = (one: Row, other: Row): Row => {
  const isOlder = one['mac'] === null || numberIn(one, 'heard') > numberIn(other, 'heard');
  const known = isOlder && other['mac'] !== null ? other : one;
  return { ...known, held: numberIn(one, 'held') + numberIn(other, 'held') };
};

const concatenated: Merge = (answers) => answers.flat();
const first: Merge = (answers) => answers[0] ?? [];

const merges: Readonly<Record<string, Merge>> = {
  connections: concatenated,
  workers: concatenated,
  nodes: joined(named('name'), adding('connections')),
  counters,
  neighbours: joined(named('link', 'address'), neighbour),
  devices: joined(named('link'), adding('queues')),
};

/** The answer of all to what they were asked; null: to take something over. */
export const merged = (request: Request | null, answers: readonly Answer[]): Answer => {
  const [one] = answers;
  if (one === undefined) return { kind: 'error', message: 'the gateway has no workers' };
  // What they are told to change they know alike: one that refuses is one of all.
  const other = answers.find(({ kind }) => kind === 'error') ?? one;
  if (other.kind !== 'rows' || answers.length === 1) return other;
  const merge = request?.command === 'show' ? merges[request.what] : undefined;
  return {
    kind: 'rows',
    rows: (merge ?? first)(answers.map((answer) => (answer.kind === 'rows' ? answer.rows : []))),
  };
};
