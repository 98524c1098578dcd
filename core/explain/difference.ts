// What of a frame changed on its way through the switch: field by field, with the bytes of both.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { hexText } from './field-layout.ts';
import type { Field, Framing } from './fields.ts';
import { fieldsOf } from './fields.ts';

/** One value of a field: as people write it, and its bytes in hexadecimal. */
export interface FieldValue {
  readonly text: string;
  readonly hex: string;
}

/** Null where the frame has no such field. The offset is that in the frame that came, bytes; of a new field, in the one that leaves. */
export interface FieldChange {
  readonly field: string;
  readonly offset: number;
  readonly before: FieldValue | null;
  readonly after: FieldValue | null;
}

const valueOf = ({ text, bytes }: Field): FieldValue => ({
  text: text(bytes),
  hex: hexText(bytes),
});

const isSame = (a: ReadonlyBytes, b: ReadonlyBytes): boolean => {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
};

/** The fields that are not the same in both frames, in the order of the first. */
export const differences = (
  before: ReadonlyBytes,
  beforeFraming: Framing,
  after: ReadonlyBytes,
  afterFraming: Framing,
): readonly FieldChange[] => {
  const rest = new Map(fieldsOf(after, afterFraming).map((field) => [field.name, field]));
  const changes: FieldChange[] = [];
  for (const field of fieldsOf(before, beforeFraming)) {
    const now = rest.get(field.name);
    rest.delete(field.name);
    if (now === undefined || !isSame(field.bytes, now.bytes))
      changes.push({
        field: field.name,
        offset: field.offset,
        before: valueOf(field),
        after: now === undefined ? null : valueOf(now),
      });
  }
  for (const field of rest.values())
    changes.push({ field: field.name, offset: field.offset, before: null, after: valueOf(field) });
  return changes;
};
