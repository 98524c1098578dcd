// The part of JSON Schema (draft 2020-12) that the configuration's schema uses, as a naive checker: an
// unknown keyword throws, so that the schema cannot grow past what the tests look at.

import { isDeepStrictEqual } from 'node:util';

export type Schema = Readonly<Record<string, unknown>>;

const annotations = ['$schema', 'title', 'description', 'examples', 'default', 'format'];

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

const isMapping = (value: unknown): value is Record<string, unknown> => typeOf(value) === 'object';

type Rule = (value: unknown, given: unknown, schema: Schema) => boolean;

const rules: Readonly<Record<string, Rule>> = {
  type: (value, given) => [given].flat().includes(typeOf(value)),
  enum: (value, given) => (given as unknown[]).some((one) => isDeepStrictEqual(one, value)),
  oneOf: (value, given) => (given as Schema[]).filter((one) => valid(one, value)).length === 1,
  pattern: (value, given) =>
    typeof value !== 'string' || new RegExp(given as string, 'u').test(value),
  minimum: (value, given) => typeof value !== 'number' || value >= (given as number),
  maximum: (value, given) => typeof value !== 'number' || value <= (given as number),
  items: (value, given) =>
    !Array.isArray(value) || value.every((one) => valid(given as Schema, one)),
  minItems: (value, given) => !Array.isArray(value) || value.length >= (given as number),
  minProperties: (value, given) =>
    !isMapping(value) || Object.keys(value).length >= (given as number),
  required: (value, given) =>
    !isMapping(value) || (given as string[]).every((key) => Object.hasOwn(value, key)),
  propertyNames: (value, given) =>
    !isMapping(value) || Object.keys(value).every((key) => valid(given as Schema, key)),
  properties: (value, given) =>
    !isMapping(value) ||
    Object.entries(given as Record<string, Schema>).every(
      ([key, of]) => !Object.hasOwn(value, key) || valid(of, value[key]),
    ),
  additionalProperties: (value, given, { properties = {} }) =>
    !isMapping(value) ||
    Object.keys(value)
      .filter((key) => !Object.hasOwn(properties as object, key))
      .every((key) => given !== false && valid(given as Schema, value[key])),
};

export const valid = (schema: Schema, value: unknown): boolean =>
  Object.entries(schema)
    .filter(([keyword]) => !annotations.includes(keyword))
    .every(([keyword, given]) => {
      const rule = rules[keyword];
      if (rule === undefined) throw new Error(`the checker does not know ${keyword}`);
      return rule(value, given, schema);
    });
