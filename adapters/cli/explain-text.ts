// An explanation as `onehost explain` prints it.

import type { ChecksumState } from '../../core/explain/checksum-state.ts';
import { checksumText } from '../../core/explain/checksum-state.ts';
import type { FieldChange, FieldValue } from '../../core/explain/difference.ts';
import type { Explanation } from '../../core/explain/explanation.ts';

type Cells = readonly string[];

/** Rows under each other in columns, indented; the last column may be of any length. */
const columns = (rows: readonly Cells[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ')}`.trimEnd(),
  );
};

/** A heading and what stands under it; nothing when nothing does. */
const section = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', heading, ...lines];

/** Reads that are shown; a search for a free port can make thousands. */
const SHOWN_READS = 24;

const readLines = ({ reads }: Explanation): readonly string[] => {
  const rows = reads
    .slice(0, SHOWN_READS)
    .map(({ table, key, entry }) => [table, key, entry ?? 'no entry']);
  const more = reads.length - SHOWN_READS;
  return [...columns(rows), ...(more > 0 ? [`  and ${more} more (--json has all)`] : [])];
};

const BYTES_A_LINE = 16;

/** Bytes 16 to a line, each line with the offset of its first. */
const dump = (hex: string): readonly string[] => {
  const bytes = hex.match(/../g) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const offset = at.toString(16).padStart(4, '0');
    lines.push(`    ${offset}  ${bytes.slice(at, at + BYTES_A_LINE).join(' ')}`);
  }
  return lines;
};

/** Digits that are shown of a long value, such as a payload. */
const SHOWN_DIGITS = 24;

const valueText = (value: FieldValue | null): string => {
  if (value === null) return 'not there';
  const { text, hex } = value;
  const shown = hex.length > SHOWN_DIGITS ? `${hex.slice(0, SHOWN_DIGITS)}…` : hex;
  return `${text} [${shown}]`;
};

const fieldRow = ({ field, offset, before, after }: FieldChange): Cells => [
  `byte ${offset}`,
  field,
  valueText(before),
  `> ${valueText(after)}`,
];

const checksumRows = ({ checksums: { before, after } }: Explanation): readonly Cells[] => {
  const place = ({ field, offset }: ChecksumState): string => `${field}, byte ${offset}`;
  const rest = new Map(after.map((state) => [state.field, state]));
  return before.map((state) => {
    const then = rest.get(state.field);
    return [place(state), checksumText(state), then === undefined ? '' : `> ${checksumText(then)}`];
  });
};

const verdictText = ({ outcome, meaning, path }: Explanation): string =>
  `${outcome}${meaning === null ? '' : `: ${meaning}`} (path ${path})`;

/** The lines for people. `about` says which frame this is, and what went before it. */
export const explanationLines = (
  about: readonly string[],
  explanation: Explanation,
): readonly string[] => {
  const { what, frame, leaving, steps, tableChanges, fields, sent } = explanation;
  return [
    ...about,
    what,
    ...dump(frame),
    ...section(
      'steps (boxes of figures 5 and 6)',
      columns(steps.map(({ box, name, text }) => [box === null ? '  -' : String(box), name, text])),
    ),
    ...section('table entries read', readLines(explanation)),
    ...section('verdict', [`  ${verdictText(explanation)}`]),
    ...section(
      'table changes',
      tableChanges.map((change) => `  ${change}`),
    ),
    ...section('fields changed', columns(fields.map(fieldRow))),
    ...section('checksums', columns(checksumRows(explanation))),
    ...(leaving === null ? [] : section('the frame as it leaves', dump(leaving))),
    ...section(
      'sent besides',
      sent.flatMap((one) => [`  by ${one.link}: ${one.what}`, ...dump(one.hex)]),
    ),
  ];
};
