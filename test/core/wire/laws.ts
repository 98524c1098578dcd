// What holds of every protocol's `fault`, `decode` and `encode`.

import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ReadonlyBytes } from '../../../core/wire/bytes.ts';
import type { FaultCode, FaultName } from '../../../core/wire/fault.ts';
import { faultName } from '../../../core/wire/fault.ts';

export interface Codec<V> {
  readonly fault: (bytes: ReadonlyBytes, at: number, end: number) => FaultCode;
  readonly decode: (bytes: ReadonlyBytes, at: number, end: number) => E.Either<FaultName, V>;
  readonly encode: (value: V) => Uint8Array;
}

const embedded = (bytes: Uint8Array, before: Uint8Array, after: Uint8Array): Uint8Array =>
  Uint8Array.from([...before, ...bytes, ...after]);

/** `decode` of exactly these bytes, after checking that it says the same as `fault`. */
const outcome = <V>(codec: Codec<V>, bytes: Uint8Array): E.Either<FaultName, V> => {
  const decoded = codec.decode(bytes, 0, bytes.length);
  const code = codec.fault(bytes, 0, bytes.length);
  if (E.isLeft(decoded)) expect(decoded.left).toBe(faultName(code));
  expect(E.isRight(decoded)).toBe(code === 0);
  return decoded;
};

/** Bytes outside `at` to `end`, whatever they are, change nothing. */
const expectOnlyInside = <V>(codec: Codec<V>, bytes: Uint8Array, noise: Uint8Array): void => {
  const alone = outcome(codec, bytes);
  const code = codec.fault(bytes, 0, bytes.length);
  for (const around of [noise, new Uint8Array(64), new Uint8Array(64).fill(255)]) {
    const whole = embedded(bytes, around, around);
    const [at, end] = [around.length, around.length + bytes.length];
    expect(codec.fault(whole, at, end)).toBe(code);
    expect(codec.decode(whole, at, end)).toEqual(alone);
  }
};

/**
 * `values` are values that can be sent; `sound` are bytes that are in order and in canonical form, made
 * without `encode`.
 */
export const itObeysTheLaws = <V>(
  codec: Codec<V>,
  values: fc.Arbitrary<V>,
  sound: fc.Arbitrary<Uint8Array>,
): void => {
  it('decodes what it encoded', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(outcome(codec, codec.encode(value))).toEqual(E.right(value));
      }),
    );
  });

  it('encodes what it decoded to the same bytes', () => {
    fc.assert(
      fc.property(sound, (bytes) => {
        const decoded = outcome(codec, bytes);
        if (E.isLeft(decoded)) throw new Error(`sound bytes are refused: ${decoded.left}`);
        expect(codec.encode(decoded.right)).toEqual(bytes);
      }),
    );
  });

  it('reads only from `at` up to `end`, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(sound, fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes, noise) => {
        for (let cut = 0; cut <= bytes.length; cut++)
          expectOnlyInside(codec, bytes.slice(0, cut), noise);
      }),
      { numRuns: 25 },
    );
  });

  it('takes garbage, and sound bytes with some changed, without throwing', () => {
    const changed = fc
      .tuple(
        sound,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
      )
      .map(([bytes, changes]) => {
        const other = Uint8Array.from(bytes);
        for (const [at, value] of changes) other[at % other.length] = value;
        return other;
      });
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 100 }), changed),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        (bytes, noise) => expectOnlyInside(codec, bytes, noise),
      ),
    );
  });
};
