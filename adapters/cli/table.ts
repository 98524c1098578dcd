// Rows for people: columns padded to their widest cell.

import type { Cell, Row } from '../control/views.ts';

const isNumber = (rows: readonly Row[], column: string): boolean =>
  rows.every((row) => typeof row[column] === 'number');

const cellText = (cell: Cell): string => {
  if (cell === null) return '-';
  return typeof cell === 'object' ? cell.join(' ') || '-' : String(cell);
};

/** `nodePort` becomes `NODE PORT`. */
const heading = (column: string): string => column.replace(/[A-Z]/g, ' $&').toUpperCase();

/** One line for the column names, then one for each row; none for no rows. */
export const tableOf = (rows: readonly Row[]): readonly string[] => {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [
    columns.map(heading),
    ...rows.map((row) => columns.map((column) => cellText(row[column] ?? null))),
  ];
  const widths = columns.map((_, at) =>
    lines.reduce((widest, line) => Math.max(widest, line[at]?.length ?? 0), 0),
  );
  const pad = (cell: string, at: number): string =>
    isNumber(rows, columns[at] ?? '')
      ? cell.padStart(widths[at] ?? 0)
      : cell.padEnd(widths[at] ?? 0);
  return columns.length === 0 ? [] : lines.map((line) => line.map(pad).join('  ').trimEnd());
};
