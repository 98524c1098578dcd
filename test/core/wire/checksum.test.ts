import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4 } from '../../../core/wire/address.ts';
import { checksum, pseudoHeaderSum, sum } from '../../../core/wire/checksum.ts';
import { anyIpv4Address } from '../../arbitraries/addresses.ts';
import { naiveSum } from './naive-checksum.ts';

const big32 = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);

describe('the one’s complement sum', () => {
  it('is that of the example in RFC 1071 section 3', () => {
    const example = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    expect(sum(example, 0, 8)).toBe(0xddf2);
    expect(checksum(example, 0, 8)).toBe(0x220d);
  });

  it('is the naive one for every length up to 70, at even and odd places', () => {
    const patterns = [() => 0, () => 0xff, (i: number) => (i * 151 + 17) & 255];
    for (const pattern of patterns)
      for (const at of [0, 1, 2, 3])
        for (let length = 0; length <= 70; length++) {
          const bytes = Uint8Array.from({ length: 80 }, (_, i) => pattern(i));
          const inside = bytes.subarray(at, at + length);
          expect(sum(bytes, at, at + length)).toBe(naiveSum(inside));
        }
  });

  it('is the naive one for any bytes, and reads none beside them', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.nat({ max: 9 }),
        fc.nat(),
        (bytes, at, other) => {
          const around = new Uint8Array(bytes.length + at + 4).fill(other);
          around.set(bytes, at);
          expect(sum(around, at, at + bytes.length)).toBe(naiveSum(bytes));
          expect(checksum(around, at, at + bytes.length)).toBe(0xffff - naiveSum(bytes));
        },
      ),
    );
  });

  it('goes on from the sum of what went before', () => {
    const even = fc.uint8Array({ maxLength: 60 }).filter(({ length }) => length % 2 === 0);
    fc.assert(
      fc.property(even, fc.uint8Array({ maxLength: 60 }), (first, second) => {
        const initial = sum(first, 0, first.length);
        expect(sum(second, 0, second.length, initial)).toBe(
          naiveSum(Uint8Array.from([...first, ...second])),
        );
      }),
    );
  });

  it('is exact where 32 bits would overflow', () => {
    for (const length of [65535, 65536, 200_001]) {
      const bytes = new Uint8Array(length).fill(0xff);
      expect(sum(bytes, 0, length)).toBe(naiveSum(bytes));
    }
  });
});

it('sums the pseudo header as if its bytes were written out', () => {
  const lengths = fc.oneof(fc.nat({ max: 0xffff }), fc.nat({ max: 0xffffffff }));
  fc.assert(
    fc.property(
      anyIpv4Address(),
      anyIpv4Address(),
      fc.nat({ max: 255 }),
      lengths,
      (a, b, protocol, length) => {
        const written = [...big32(a), ...big32(b), ...big32(protocol), ...big32(length)];
        expect(pseudoHeaderSum(a, b, protocol, length)).toBe(naiveSum(Uint8Array.from(written)));
      },
    ),
  );
  expect(pseudoHeaderSum(ipv4(0xffffffff), ipv4(0xffffffff), 255, 0xffff)).toBe(0xff);
});
