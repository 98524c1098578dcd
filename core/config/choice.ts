// Shapes that are one of several: by the word under one key, or by whether the value is a mapping.

import * as t from 'io-ts/lib/index.js';
import type { Shape, ShapeOf } from './shape.ts';
import { isMapping } from './mapping.ts';
import { oneOf, shape, shown, unsound } from './shape.ts';

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

/** A word, or a mapping. */
export const wordOrMapping = <W, M>(words: Shape<W>, mapping: Shape<M>): Shape<W | M> =>
  shape(
    `${words.name} or ${mapping.name}`,
    { oneOf: [words.schema, mapping.schema] },
    (value, context) => (isMapping(value) ? mapping : words).read(value, context),
  );
