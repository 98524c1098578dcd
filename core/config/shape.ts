// What a part of the configuration may be, told once: an io-ts decoder and its JSON Schema together.

import * as t from 'io-ts/lib/index.js';
import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Interface } from '../wire/address.ts';
import { KEY } from './problem.ts';
import { didYouMean } from './near-miss.ts';

/** A JSON Schema, draft 2020-12 (json-schema.org/draft/2020-12/json-schema-core). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** All errors of a value, and those of its parts that are sound; what is not is `undefined`. */
export interface Reading {
  readonly errors: t.Errors;
  readonly sound: unknown;
}

/** An io-ts decoder of A that also tells its schema, and keeps the sound parts of unsound values. */
export interface Shape<A> extends t.Decoder<unknown, A> {
  readonly schema: JsonSchema;
  readonly read: (value: unknown, context: t.Context) => Reading;
}

/** The type that a shape decodes to. */
export type ShapeOf<S> = S extends Shape<infer A> ? A : never;

/** A value of which parts may be missing, because they were unsound. */
export type Draft<A> = A extends string | number | boolean | null | Ipv4Interface
  ? A
  : A extends readonly (infer X)[]
    ? readonly (Draft<X> | undefined)[]
    : { readonly [K in keyof A]?: Draft<A[K]> | undefined };

/** A shape from its reader. Sound without errors means: the whole value is an A. */
export const shape = <A>(
  name: string,
  schema: JsonSchema,
  read: (value: unknown, context: t.Context) => Reading,
): Shape<A> => {
  const validate = (value: unknown, context: t.Context): t.Validation<A> => {
    const { errors, sound } = read(value, context);
    return errors.length === 0 ? t.success(sound as A) : t.failures(errors);
  };
  const self: Shape<A> = {
    name,
    schema,
    read,
    validate,
    decode: (value) => validate(value, [{ key: '', type: self, actual: value }]),
  };
  return self;
};

export const unsound = (value: unknown, context: t.Context, message: string): Reading => ({
  errors: [{ value, context, message }],
  sound: undefined,
});

const keyDecoder: t.Decoder<unknown, never> = {
  name: KEY,
  validate: t.failure,
  decode: (key) => t.failure(key, []),
};

/** An error about a key itself, not about what it holds. */
export const unsoundKey = (
  key: string,
  value: unknown,
  context: t.Context,
  message: string,
): t.ValidationError => ({
  value,
  context: t.appendContext(context, key, keyDecoder, value),
  message,
});

/** A value as people see it in a message: short, on one line. */
export const shown = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return `a ${typeof value}`;
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/**
 * A text that `parse` accepts. `parse` says what is wrong with it, in a sentence that goes on from the
 * text itself; `example` and `what` tell what would be right.
 */
export const text = <A>(
  what: string,
  example: string,
  schema: JsonSchema,
  parse: (text: string) => E.Either<string, A>,
): Shape<A> =>
  shape(what, { type: 'string', ...schema, examples: [example] }, (value, context) => {
    if (!t.string.is(value))
      return unsound(value, context, `expected ${what} such as ${example}, not ${shown(value)}`);
    const parsed = parse(value);
    return E.isRight(parsed)
      ? { errors: [], sound: parsed.right }
      : unsound(value, context, parsed.left);
  });

/** A whole number from `least` to `most`; `tooSmall` may tell why there is a least one. */
export const wholeNumber = (
  what: string,
  least: number,
  most: number,
  example: number,
  tooSmall = '',
): Shape<number> =>
  shape(
    what,
    { type: 'integer', minimum: least, maximum: most, examples: [example] },
    (value, context) => {
      const whole = t.number.is(value) && Number.isInteger(value);
      if (whole && value >= least && value <= most) return { errors: [], sound: value };
      const why = whole && value < least && tooSmall !== '' ? `: ${tooSmall}` : '';
      const expected = `expected ${what}, a whole number from ${least} to ${most} such as ${example}`;
      return unsound(value, context, `${expected}, not ${shown(value)}${why}`);
    },
  );

/** One of a few words. */
export const oneOf = <const W extends readonly [string, ...string[]]>(
  ...words: W
): Shape<W[number]> =>
  shape(words.join(' | '), { enum: words }, (value, context) => {
    if (words.some((word) => word === value)) return { errors: [], sound: value };
    const expected =
      words.length === 1 ? `expected ${words[0]}` : `expected one of ${words.join(', ')}`;
    const hint = t.string.is(value) ? didYouMean(value, words) : '';
    return unsound(value, context, `${expected}, not ${shown(value)}${hint}`);
  });
