import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../../core/decision/dictionary.ts';
import { inPlace } from '../../../core/decision/dictionary.ts';
import { persistent } from '../../../core/decision/persistent.ts';

type Operation =
  | { readonly kind: 'set'; readonly key: string; readonly value: number }
  | { readonly kind: 'delete'; readonly key: string };

// Few keys, so that they meet; two of them have the same FNV-1a hash.
const key = fc.oneof(
  fc.constantFrom('costarring', 'liquid', 'a', 'b'),
  fc.string({ maxLength: 2 }),
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value: fc.integer() }),
  fc.record({ kind: fc.constant('delete' as const), key }),
);

const perform = (dictionary: Dictionary<string, number>, one: Operation) =>
  one.kind === 'set' ? dictionary.set(one.key, one.value) : dictionary.delete(one.key);

const contents = (dictionary: Dictionary<string, number>, keys: Iterable<string>) => ({
  size: dictionary.size,
  values: [...dictionary.values()].sort((a, b) => a - b),
  entries: [...keys].map((one) => dictionary.get(one)),
});

describe('dictionaries', () => {
  it('both kinds hold what a map holds', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const map = new Map<string, number>();
        let a: Dictionary<string, number> = persistent();
        let b: Dictionary<string, number> = inPlace();
        for (const one of operations) {
          if (one.kind === 'set') map.set(one.key, one.value);
          else map.delete(one.key);
          a = perform(a, one);
          b = perform(b, one);
        }
        const keys = operations.map((one) => one.key);
        const expected = {
          size: map.size,
          values: [...map.values()].sort((x, y) => x - y),
          entries: keys.map((one) => map.get(one)),
        };
        expect(contents(a, keys)).toEqual(expected);
        expect(contents(b, keys)).toEqual(expected);
      }),
    );
  });

  it('a persistent one stays as it was, whatever is made of it', () => {
    fc.assert(
      fc.property(fc.array(operation), operation, (operations, last) => {
        const before = operations.reduce(perform, persistent<string, number>());
        const keys = [...operations, last].map((one) => one.key);
        const snapshot = contents(before, keys);
        perform(before, last);
        expect(contents(before, keys)).toEqual(snapshot);
      }),
    );
  });

  it('keys of equal hash live beside each other', () => {
    const both = persistent<string, number>().set('costarring', 1).set('liquid', 2);
    expect([both.get('costarring'), both.get('liquid'), both.size]).toEqual([1, 2, 2]);
    expect(both.delete('costarring').get('liquid')).toBe(2);
  });
});
