import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FilehandleField } from '../../../core/rpc/filehandle.ts';
import { PRESETS, nodeNumberIn } from '../../../core/rpc/filehandle.ts';
import { hex } from '../../golden/hex.ts';
import { guarded } from './guarded.ts';

const numberIn = (handle: Uint8Array, field: FilehandleField): number =>
  nodeNumberIn(guarded(handle).bytes, 0, handle.length, field);

const field = (): fc.Arbitrary<FilehandleField> =>
  fc.record({
    offset: fc.nat({ max: 63 }),
    size: fc.integer({ min: 1, max: 4 }),
    order: fc.constantFrom('big', 'little'),
  });

describe('A17: the node number in a filehandle', () => {
  it("is ganesha's export id", () => {
    const handle = hex('43000102 16446242 f8ac4416 ae290162 58c05002 00000000 00000000');
    expect(numberIn(handle, PRESETS.ganesha)).toBe(0x0102);
  });

  it("is knfsd's fsid", () => {
    expect(numberIn(hex('01000100 03000000 0000'), PRESETS.knfsd)).toBe(3);
    expect(numberIn(hex('01000181 020100ff 8000'), PRESETS.knfsd)).toBe(0xff000102);
  });

  it("is the device number that unfs3's handle begins with", () => {
    expect(numberIn(hex('02000000 0100000000000000 00000000 00000000 00'), PRESETS.unfs3)).toBe(2);
  });

  it("stands in the last word of the document's handle of 32 bytes", () => {
    expect(numberIn(hex(`${'ff'.repeat(28)} 0102 ffff`), PRESETS.seed)).toBe(0x0102);
    expect(numberIn(hex('ff'.repeat(28)), PRESETS.seed)).toBe(-1);
  });

  it('is what was put there, in any field of any handle, and nothing else of it is looked at', () => {
    fc.assert(
      fc.property(
        field(),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.uint8Array({ minLength: 80, maxLength: 80 }),
        fc.nat({ max: 10 }),
        (place, value, bytes, at) => {
          const { offset, size, order } = place;
          const fitting = value % 256 ** size;
          const digits = fitting.toString(16).padStart(size * 2, '0');
          const octets = [...hex(digits)];
          bytes.set(order === 'big' ? octets : octets.reverse(), at + offset);
          const from = at + offset;
          const view = guarded(bytes, from, from + size).bytes;
          expect(nodeNumberIn(view, at, offset + size, place)).toBe(fitting);
          for (let length = 0; length < offset + size; length++)
            expect(nodeNumberIn(view, at, length, place)).toBe(-1);
        },
      ),
    );
  });
});
