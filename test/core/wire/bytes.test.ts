import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyOf, put16, put32, put48, u16, u32, u48, u8 } from '../../../core/wire/bytes.ts';

const MAX48 = 2 ** 48 - 1;
const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
const offsets = fc.nat({ max: 8 });

describe('numbers in network order', () => {
  it('reads what a DataView reads, at every offset', () => {
    fc.assert(
      fc.property(bytes, offsets, (given, at) => {
        const view = new DataView(given.buffer, given.byteOffset);
        expect(u8(given, at)).toBe(view.getUint8(at));
        expect(u16(given, at)).toBe(view.getUint16(at));
        expect(u32(given, at)).toBe(view.getUint32(at));
        expect(u48(given, at)).toBe(Number(view.getBigUint64(at) >> 16n));
      }),
    );
  });

  it('has the most significant byte first', () => {
    const given = Uint8Array.of(0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54);
    expect(u16(given, 0)).toBe(0xfedc);
    expect(u32(given, 0)).toBe(0xfedcba98);
    expect(u48(given, 0)).toBe(0xfedcba987654);
  });

  it.each([
    ['put16', put16, u16, 2, 0xffff],
    ['put32', put32, u32, 4, 0xffffffff],
    ['put48', put48, u48, 6, MAX48],
  ] as const)('%s writes what is read again, and nothing beside it', (_, put, read, size, max) => {
    const numbers = fc.oneof(fc.integer({ min: 0, max }), fc.constantFrom(0, 1, max - 1, max));
    fc.assert(
      fc.property(bytes, offsets, numbers, (given, at, value) => {
        const written = Uint8Array.from(given);
        put(written, at, value);
        expect(read(written, at)).toBe(value);
        expect(written.subarray(0, at)).toEqual(given.subarray(0, at));
        expect(written.subarray(at + size)).toEqual(given.subarray(at + size));
      }),
    );
  });
});

it('copies so that a write to the copy leaves the original alone', () => {
  const given = Uint8Array.of(1, 2, 3, 4);
  const copy = copyOf(given.subarray(1, 3));
  copy[0] = 9;
  expect(copy).toEqual(Uint8Array.of(9, 3));
  expect(given).toEqual(Uint8Array.of(1, 2, 3, 4));
});
