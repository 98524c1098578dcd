// Shapes that are one of several: by the word under one key, by which key there is, or by whether the value is a
// mapping.

import * as t from 'io-ts/lib/index.js';
import type { Shape, ShapeOf } from './shape.ts';
import { isMapping, unknownKey } from './mapping.ts';
import { oneOf, shape, shown, unsound, unsoundKey } from './shape.ts';

type Variants = Readonly<Record<string, Shape<unknown>>>;

/**
 * Mappings that differ by the word under `tag`; each variant is a mapping that knows this key itself.
 * When the word is wrong, the keys that do not depend on it are read by `common`, so that their errors
 * show too.
 */
export const tagged = <V extends Variants, C>(
  what: string,
  tag: string,
  variants: V,
  common: Shape<C>,
): Shape<ShapeOf<V[keyof V]>> => {
  const [first = '', ...more] = Object.keys(variants);
  const word = oneOf(first, ...more);
  const schema = {
    type: 'object',
    oneOf: Object.values(variants).map((variant) => variant.schema),
  };
  return shape(what, schema, (value, context) => {
    if (!isMapping(value))
      return unsound(
        value,
        context,
        `expected ${what}, a mapping with ${tag}, not ${shown(value)}`,
      );
    const chosen = value[tag];
    const variant =
      typeof chosen === 'string' && Object.hasOwn(variants, chosen) ? variants[chosen] : undefined;
    if (variant !== undefined) return variant.read(value, context);
    const { errors } = word.read(chosen, t.appendContext(context, tag, word, chosen));
    const rest = common.read(value, context);
    return { errors: [...errors, ...rest.errors], sound: rest.sound };
  });
};

/**
 * Mappings that differ by which one of a few keys they have; each variant is a mapping that needs its key.
 * `hints` explains keys that people may well expect in place of those.
 */
export const keyed = <V extends Variants>(
  what: string,
  variants: V,
  hints: Readonly<Record<string, string>> = {},
): Shape<ShapeOf<V[keyof V]>> => {
  const keys = Object.keys(variants);
  const schema = { type: 'object', oneOf: Object.values(variants).map((one) => one.schema) };
  const choice = `one of ${keys.join(', ')}`;
  return shape(what, schema, (value, context) => {
    if (!isMapping(value))
      return unsound(
        value,
        context,
        `expected ${what}, a mapping with ${choice}, not ${shown(value)}`,
      );
    const [chosen, ...more] = Object.keys(value).filter((key) => keys.includes(key));
    const variant = chosen === undefined ? undefined : variants[chosen];
    if (variant !== undefined) {
      const own = Object.entries(value).filter(([key]) => !more.includes(key));
      const { errors, sound } = variant.read(Object.fromEntries(own), context);
      const others = more.map((key) => {
        const message = `unknown key "${key}": ${what} has ${choice}, and ${chosen} is there already`;
        return unsoundKey(key, value[key], context, message);
      });
      return { errors: [...errors, ...others], sound };
    }
    const [stranger] = Object.keys(value);
    if (stranger === undefined) return unsound(value, context, `${what} needs ${choice}`);
    const unknown = unknownKey(stranger, keys, hints);
    return {
      errors: [unsoundKey(stranger, value[stranger], context, unknown)],
      sound: undefined,
    };
  });
};

/** A word, or a mapping. */
export const wordOrMapping = <W, M>(words: Shape<W>, mapping: Shape<M>): Shape<W | M> =>
  shape(
    `${words.name} or ${mapping.name}`,
    { oneOf: [words.schema, mapping.schema] },
    (value, context) => (isMapping(value) ? mapping : words).read(value, context),
  );
