import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../../core/decision/dictionary.ts';
import { inPlace } from '../../../core/decision/dictionary.ts';
import type { HashKey } from '../../../core/decision/keyed-hash.ts';
import { NO_KEY, hashText } from '../../../core/decision/keyed-hash.ts';
import { persistent } from '../../../core/decision/persistent.ts';

type Operation =
  | { readonly kind: 'set'; readonly key: string; readonly value: number }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'delete-oldest' };

/** Two keys of the same hash, as long as none keys it. */
const MEETING = ['host30804', 'host55874'] as const;
const OTHER_KEY: HashKey = { low: 1, high: 0 };

// Few keys, so that they come again.
const key = fc.oneof(fc.constantFrom(...MEETING, 'a', 'b'), fc.string({ maxLength: 2 }));
const set = fc.record({ kind: fc.constant('set' as const), key, value: fc.integer() });
const remove = fc.record({ kind: fc.constant('delete' as const), key });
const removeOldest = fc.constant({ kind: 'delete-oldest' } as const);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { arbitrary: set, weight: 4 },
  { arbitrary: remove, weight: 2 },
  { arbitrary: removeOldest, weight: 1 },
);

/** A dictionary as an array of pairs, in order of insertion. */
type Model = readonly (readonly [string, number])[];

const modelAfter = (model: Model, one: Operation): Model => {
  if (one.kind === 'delete-oldest') return model.slice(1);
  if (one.kind === 'delete') return model.filter(([name]) => name !== one.key);
  return model.some(([name]) => name === one.key)
    ? model.map((pair) => (pair[0] === one.key ? [one.key, one.value] : pair))
    : [...model, [one.key, one.value]];
};

type Pairs = Dictionary<string, readonly [string, number]>;

/** The values carry their keys, so that the oldest can be deleted. */
const after = (dictionary: Pairs, one: Operation): Pairs => {
  if (one.kind === 'set') return dictionary.set(one.key, [one.key, one.value]);
  const name = one.kind === 'delete' ? one.key : dictionary.oldest()?.[0];
  return name === undefined ? dictionary : dictionary.delete(name);
};

const contents = (dictionary: Pairs, keys: readonly string[]) => ({
  size: dictionary.size,
  oldest: dictionary.oldest(),
  values: [...dictionary.values()],
  found: keys.map((one) => dictionary.get(one)),
});

const contentsOf = (model: Model, keys: readonly string[]) => ({
  size: model.length,
  oldest: model[0],
  values: model,
  found: keys.map((one) => model.find(([name]) => name === one)),
});

const keysOf = (operations: readonly Operation[]): readonly string[] =>
  operations.flatMap((one) => (one.kind === 'delete-oldest' ? [] : [one.key]));

const kinds: readonly (readonly [string, () => Pairs])[] = [
  ['that changes in place', inPlace],
  ['that is persistent', persistent],
  ['that is persistent, keyed', () => persistent(OTHER_KEY)],
];

describe.each(kinds)('a dictionary %s', (_, empty) => {
  it('holds what a list of pairs holds, in the same order', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 150 }), (operations) => {
        const keys = keysOf(operations);
        let model: Model = [];
        let dictionary = empty();
        for (const one of operations) {
          model = modelAfter(model, one);
          dictionary = after(dictionary, one);
          expect(contents(dictionary, keys)).toEqual(contentsOf(model, keys));
        }
      }),
    );
  });

  it('tells its oldest when it was seldom asked before', () => {
    const mostly = fc.array(fc.oneof(set, remove), { maxLength: 60 });
    fc.assert(
      fc.property(fc.array(mostly, { maxLength: 6 }), (stretches) => {
        let model: Model = [];
        let dictionary = empty();
        for (const stretch of stretches) {
          model = stretch.reduce(modelAfter, model);
          dictionary = stretch.reduce(after, dictionary);
          expect(dictionary.oldest()).toEqual(model[0]);
        }
      }),
    );
  });

  it('is a queue for thousands of keys', () => {
    let queue = empty();
    for (let at = 0; at < 3000; at++) queue = queue.set(`${at}`, [`${at}`, at]);
    for (let at = 3000; at < 6000; at++) {
      const oldest = queue.oldest();
      expect(oldest).toEqual([`${at - 3000}`, at - 3000]);
      queue = queue.delete(`${at - 3000}`).set(`${at}`, [`${at}`, at]);
    }
    expect([...queue.values()].map(([, at]) => at)).toEqual(
      Array.from({ length: 3000 }, (_element, at) => at + 3000),
    );
  });
});

describe('a persistent dictionary', () => {
  it('stays as it was, whatever is made of it', () => {
    fc.assert(
      fc.property(fc.array(operation), operation, (operations, last) => {
        const before = operations.reduce(after, persistent<string, readonly [string, number]>());
        const keys = keysOf([...operations, last]);
        const snapshot = contents(before, keys);
        after(before, last);
        expect(contents(before, keys)).toEqual(snapshot);
      }),
    );
  });

  it('has keys of equal hash beside each other', () => {
    const [one, other] = MEETING;
    expect(hashText(NO_KEY, one)).toBe(hashText(NO_KEY, other));
    const both = persistent<string, number>().set(one, 1).set(other, 2);
    expect([both.get(one), both.get(other), both.size]).toEqual([1, 2, 2]);
    expect([...both.set(one, 3).values()]).toEqual([3, 2]);
    expect(both.delete(one).get(other)).toBe(2);
    expect(both.delete(one).get(one)).toBeUndefined();
  });

  it('is keyed: what meets under one key does not under another', () => {
    const [one, other] = MEETING;
    expect(hashText(OTHER_KEY, one)).not.toBe(hashText(OTHER_KEY, other));
  });

  it('has numbers for keys too', () => {
    const ports = persistent<number, string>()
      .set(80, 'web')
      .set(-1, 'none')
      .set(2 ** 40, 'far');
    expect([ports.get(80), ports.get(-1), ports.get(2 ** 40)]).toEqual(['web', 'none', 'far']);
  });
});
