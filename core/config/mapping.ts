// Mappings with known keys: what each holds, what it is for, whether it may be left out.

import * as t from 'io-ts/lib/index.js';
import { didYouMean } from './near-miss.ts';
import type { JsonSchema, Reading, Shape } from './shape.ts';
import { shape, shown, unsound, unsoundKey } from './shape.ts';

/** A key of a mapping: what it holds, what it is for, and whether it may be left out. */
export interface Field<A> {
  readonly shape: Shape<A>;
  readonly about: string;
  readonly required: boolean;
  /** What the decoded value has when the key is left out. */
  readonly fallback: A | null;
}

export const required = <A>(of: Shape<A>, about: string): Field<A> => ({
  shape: of,
  about,
  required: true,
  fallback: null,
});

/** A key that may be left out; the decoded value then has null. */
export const optional = <A>(of: Shape<A>, about: string): Field<A | null> => ({
  shape: of,
  about,
  required: false,
  fallback: null,
});

/** A key that may be left out; the decoded value then has `fallback`. */
export const withDefault = <A>(of: Shape<A>, fallback: A, about: string): Field<A> => ({
  shape: of,
  about,
  required: false,
  fallback,
});

type Fields = Readonly<Record<string, Field<unknown>>>;
type Mapping<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer A> ? A : never;
};

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  t.UnknownRecord.is(value) && !Array.isArray(value);

const schemaOfField = ({ shape: { schema }, about, required: must, fallback }: Field<unknown>) => ({
  ...schema,
  description: about,
  ...(must || fallback === null ? {} : { default: fallback }),
});

/** Says that `key` is none of `keys`; `hints` explains those that people may well expect. */
export const unknownKey = (
  key: string,
  keys: readonly string[],
  hints: Readonly<Record<string, string>>,
) => {
  const hint = Object.hasOwn(hints, key) ? `: ${hints[key]}` : didYouMean(key, keys);
  return `unknown key "${key}"${hint}; the keys here are ${keys.join(', ')}`;
};

/**
 * A mapping of these keys and no others. `hints` explains keys that people may well expect here,
 * `example` is what to write where something else stands.
 */
export const mapping = <F extends Fields>(
  what: string,
  fields: F,
  hints: Readonly<Record<string, string>> = {},
): Shape<Mapping<F>> => {
  const keys = Object.keys(fields);
  const needed = keys.filter((key) => fields[key]?.required);
  const schema: JsonSchema = {
    type: 'object',
    properties: Object.fromEntries(
      keys.map((key) => [key, schemaOfField(fields[key] as Field<unknown>)]),
    ),
    required: needed,
    additionalProperties: false,
  };
  return shape(what, schema, (value, context) => {
    if (!isMapping(value)) {
      const expected = needed.length > 0 ? needed : keys;
      const message = `expected ${what}, a mapping with ${expected.join(', ')}, not ${shown(value)}`;
      return unsound(value, context, message);
    }
    const errors: t.Errors = Object.keys(value)
      .filter((key) => !Object.hasOwn(fields, key))
      .map((key) => unsoundKey(key, value[key], context, unknownKey(key, keys, hints)));
    const sound = Object.entries(fields).map(([key, field]) => {
      const reading = readField(key, field, value, context, what);
      for (const error of reading.errors) errors.push(error);
      return [key, reading.sound] as const;
    });
    return { errors, sound: Object.fromEntries(sound) };
  });
};

const readField = (
  key: string,
  field: Field<unknown>,
  parent: Readonly<Record<string, unknown>>,
  context: t.Context,
  what: string,
): Reading => {
  // `key:` with nothing after it is null in YAML: the same as no key at all.
  const value = Object.hasOwn(parent, key) ? (parent[key] ?? undefined) : undefined;
  const inside = t.appendContext(context, key, field.shape, value);
  if (value !== undefined) return field.shape.read(value, inside);
  if (!field.required) return { errors: [], sound: field.fallback };
  const [example] = (field.shape.schema['examples'] as readonly unknown[] | undefined) ?? [];
  const written = typeof example === 'string' ? example : shown(example);
  const such = example === undefined ? '' : `, for example ${key}: ${written}`;
  return unsound(value, inside, `${what} needs ${key} (${field.about})${such}`);
};
