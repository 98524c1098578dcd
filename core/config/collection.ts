// Lists, and mappings from names of the person's choosing.

import * as t from 'io-ts/lib/index.js';
import { isMapping } from './mapping.ts';
import type { Shape } from './shape.ts';
import { shape, shown, unsound, unsoundKey } from './shape.ts';

/** A mapping from names of the person's choosing, in the order of the file; `least` entries or more. */
export const byName = <A>(
  what: string,
  name: Shape<unknown>,
  of: Shape<A>,
  least = 0,
): Shape<Readonly<Record<string, A>>> => {
  const schema = {
    type: 'object',
    propertyNames: name.schema,
    additionalProperties: of.schema,
    ...(least > 0 ? { minProperties: least } : {}),
  };
  return shape(what, schema, (value, context) => {
    if (!isMapping(value))
      return unsound(value, context, `expected ${what}, a mapping by name, not ${shown(value)}`);
    const errors: t.Errors = [];
    const sound = Object.entries(value).map(([key, member]) => {
      for (const { message } of name.read(key, context).errors)
        errors.push(unsoundKey(key, member, context, message ?? ''));
      const reading = of.read(member, t.appendContext(context, key, of, member));
      // One by one: as arguments, the errors of a large file would not fit the stack.
      for (const error of reading.errors) errors.push(error);
      return [key, reading.sound] as const;
    });
    if (sound.length < least)
      errors.push({ value, context, message: `expected at least ${least} of ${what}` });
    return { errors, sound: Object.fromEntries(sound) };
  });
};

/** A list; `least` members or more. */
export const list = <A>(what: string, of: Shape<A>, least = 0): Shape<readonly A[]> => {
  const schema = { type: 'array', items: of.schema, ...(least > 0 ? { minItems: least } : {}) };
  return shape(what, schema, (value, context) => {
    if (!Array.isArray(value))
      return unsound(value, context, `expected ${what}, a list, not ${shown(value)}`);
    const readings = value.map((member: unknown, position) =>
      of.read(member, t.appendContext(context, String(position), of, member)),
    );
    const errors = readings.flatMap((reading) => reading.errors);
    if (value.length < least)
      errors.push({ value, context, message: `expected ${what}, a list of ${least} or more` });
    return { errors, sound: readings.map(({ sound }) => sound) };
  });
};
