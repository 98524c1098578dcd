import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { schemaOf } from '../../../core/config/schema.ts';
import type { Schema } from './json-schema.ts';
import { valid } from './json-schema.ts';
import type { Way } from './sample.ts';
import { having, problemsOf, sample } from './sample.ts';

const examples = new URL('../../../examples/', import.meta.url);

/** A configuration in which every mapping of the schema has a place. */
const full = () => ({
  ...sample(),
  networks: {
    ...(sample()['networks'] as object),
    annex: { device: { interface: 'eth1', netns: 'blue' }, address: '203.0.113.1/24' },
    third: { device: { fd: 3 }, address: '192.0.2.1/24' },
  },
  user: 'onehost',
  metrics: { listen: '127.0.0.1:9464' },
  workers: 2,
  timeouts: { udp: 300 },
  limits: { neighbours: 10 },
  hashKey: '9f86d081884c7d65',
  services: [
    ...(sample()['services'] as unknown[]),
    { port: 2050, protocol: 'udp', route: 'nfs', filehandle: { offset: 2, size: 2, order: 'big' } },
  ],
});

/** Every mapping with known keys in `value`, with its way and the schema that it falls under. */
const mappings = (
  schema: Schema,
  value: unknown,
  way: Way = [],
): readonly { way: Way; schema: Schema }[] => {
  const variants = schema['oneOf'] as Schema[] | undefined;
  if (variants)
    return variants.filter((one) => valid(one, value)).flatMap((one) => mappings(one, value, way));
  if (Array.isArray(value))
    return value.flatMap((one, at) => mappings(schema['items'] as Schema, one, [...way, at]));
  if (typeof value !== 'object' || value === null) return [];
  const known = schema['properties'] as Record<string, Schema> | undefined;
  const inside = Object.entries(value).flatMap(([key, part]) =>
    mappings(known?.[key] ?? (schema['additionalProperties'] as Schema), part, [...way, key]),
  );
  return known ? [{ way, schema }, ...inside] : inside;
};

const at = (value: unknown, way: Way): unknown =>
  way.reduce((part, key) => (part as Record<string | number, unknown>)[key], value);

const unknownAt = (way: Way, key: string, part: unknown) =>
  problemsOf(having(full(), [...way, key], part)).some((line) =>
    line.includes(`unknown key "${key}"`),
  );

const subschemas = (schema: unknown): readonly Schema[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const inside = Object.values(schema).flatMap(subschemas);
  return 'type' in schema ? [{ ...schema }, ...inside] : inside;
};

describe('the JSON Schema', () => {
  it('holds for the examples, and they are sound', () => {
    const names = readdirSync(examples).filter((name) => /\.(yaml|json)$/.test(name));
    expect(names).toEqual(expect.arrayContaining(['cluster.yaml', 'minimal.yaml']));
    for (const name of names) {
      const value: unknown = parse(readFileSync(new URL(name, examples), 'utf8'));
      expect(valid(schemaOf(), value), name).toBe(true);
      expect(problemsOf(value), name).toEqual([]);
    }
  });

  it('knows the keys that the decoder knows, and no others, in every mapping', () => {
    const places = mappings(schemaOf(), full());
    const keysOf = (schema: Schema) => Object.keys(schema['properties'] as object);
    const everyKey = [...new Set(places.flatMap(({ schema }) => keysOf(schema)))];
    expect(places.length).toBeGreaterThan(15);
    for (const { way, schema } of places)
      for (const key of everyKey) {
        const part = (at(full(), way) as Record<string, unknown>)[key] ?? 1;
        expect([way, key, !unknownAt(way, key, part)]).toEqual([
          way,
          key,
          keysOf(schema).includes(key),
        ]);
      }
  });

  it('takes no unknown keys anywhere', () => {
    for (const schema of subschemas(schemaOf()))
      if ('properties' in schema) expect(schema['additionalProperties']).toBe(false);
    for (const { way } of mappings(schemaOf(), full())) {
      expect(unknownAt(way, 'colour', 1)).toBe(true);
      expect(valid(schemaOf(), having(full(), [...way, 'colour'], 1))).toBe(false);
    }
  });

  it('names the same words as the decoder', () => {
    const words = (way: Way) => {
      const [line = ''] = problemsOf(having(full(), way, 'nonsense'));
      return /expected (?:one of )?(.*), not/.exec(line)?.[1]?.split(', ');
    };
    const root = schemaOf()['properties'] as Record<
      string,
      { properties: Record<string, Schema> } & Schema
    >;
    expect(words(['forwarding'])).toEqual(root['forwarding']?.['enum']);
    expect(words(['unmatched'])).toEqual(root['unmatched']?.['enum']);
    expect(words(['nonSpecificPorts', 'algorithm'])).toEqual(
      root['nonSpecificPorts']?.properties['algorithm']?.['enum'],
    );
    const variants = (
      root['services']?.['items'] as { oneOf: { properties: Record<string, Schema> }[] }
    ).oneOf;
    expect(words(['services', 0, 'route'])).toEqual(
      variants.flatMap(({ properties }) => properties['route']?.['enum']),
    );
  });

  it('describes every key', () => {
    for (const { schema } of mappings(schemaOf(), full()))
      for (const [key, of] of Object.entries(schema['properties'] as Record<string, Schema>))
        expect(of['description'], key).toMatch(/\S/);
  });

  it('accepts whatever the decoder accepts', () => {
    const ways = mappings(schemaOf(), full()).flatMap(({ way, schema }) =>
      Object.keys(schema['properties'] as object).map((key) => [...way, key]),
    );
    const part = fc.oneof(
      fc.integer({ min: -1, max: 70_000 }),
      fc.constantFrom(
        'alpha',
        'beta',
        'active',
        'drain',
        'tcp',
        'udp',
        'node',
        'ranges',
        'drop',
        'knfsd',
        'direct',
        'maglev',
        '0123456789abcdef',
        'oh-x',
        '10.77.0.9',
        '192.0.2.1/24',
        '02:00:00:00:00:01',
        '',
      ),
      fc.constantFrom<unknown>(
        [],
        {},
        ['alpha'],
        ['192.0.2.0/24'],
        { tap: 'oh-y' },
        undefined,
        1.5,
        true,
      ),
    );
    const accepted: unknown[] = [];
    fc.assert(
      fc.property(fc.constantFrom(...ways), part, (way, value) => {
        const configuration = having(full(), way, value);
        if (problemsOf(configuration).length > 0) return;
        accepted.push(configuration);
        expect(valid(schemaOf(), configuration)).toBe(true);
      }),
      { numRuns: 1500 },
    );
    expect(accepted.length).toBeGreaterThan(50);
  });
});
