import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteString, utf8 } from '../../../core/rpc/byte-string.ts';
import { after, encode, list, readFixed, readOpaque, readU32 } from '../../../core/rpc/xdr.ts';
import * as arbitrary from '../../arbitraries/rpc.ts';
import { hex } from '../../golden/hex.ts';
import { guarded } from './guarded.ts';
import * as slow from './slow-xdr.ts';

describe('a word', () => {
  it('is read most significant byte first', () => {
    expect(readU32(hex('ff 80000001'), 1, 5)).toBe(0x80000001);
  });

  it.each([0, 1, 2, 3])('is truncated when %i of its bytes are there', (length) => {
    expect(readU32(guarded(new Uint8Array(length)).bytes, 0, length)).toBe('truncated');
  });

  it('is truncated where the bytes go on past the end of the message', () => {
    expect(readU32(new Uint8Array(8), 1, 4)).toBe('truncated');
    expect(readU32(new Uint8Array(8), 6, 4)).toBe('truncated');
  });
});

describe('opaque data', () => {
  it('lies behind its length, and what follows it behind its padding', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 9 }),
        (data, noise) => {
          const written = slow.bytes(slow.raw(noise), slow.counted(data), slow.raw(noise));
          const extent = readOpaque(written, noise.length, written.length, 40);
          expect(extent).toEqual({ at: noise.length + 4, length: data.length });
          if (typeof extent === 'string') return;
          expect(after(extent)).toBe(written.length - noise.length);
          expect(byteString(written, extent)).toBe(String.fromCharCode(...data));
        },
      ),
    );
  });

  it('is truncated when any of its bytes, or of its padding, is missing', () => {
    const written = hex('00000005 6162636465 000000');
    expect(readOpaque(written, 0, 12, 5)).toEqual({ at: 4, length: 5 });
    for (let end = 0; end < 12; end++)
      expect(readOpaque(guarded(written, 0, end).bytes, 0, end, 5)).toBe('truncated');
  });

  it.each([6, 0x7fffffff, 0x80000000, 0xfffffffd, 0xffffffff])(
    'is too long at %i bytes of 5 allowed, there or not',
    (length) => {
      expect(readOpaque(encode([length]), 0, 4, 5)).toBe('too-long');
      expect(readOpaque(encode([length, 0, 0, 0]), 0, 16, 5)).toBe('too-long');
    },
  );

  it('may hold anything in its padding', () => {
    expect(readOpaque(hex('00000001 61ffffff'), 0, 8, 1)).toEqual({ at: 4, length: 1 });
  });

  it('of fixed length has no length word', () => {
    expect(readFixed(8, 40, 32)).toEqual({ at: 8, length: 32 });
    expect(readFixed(9, 40, 32)).toBe('truncated');
  });
});

describe('what is written', () => {
  it('is what RFC 4506 draws', () => {
    fc.assert(
      fc.property(
        arbitrary.u32(),
        arbitrary.byteString(60),
        fc.uint8Array(),
        (number, text, data) => {
          const expected = slow.bytes(slow.word(number), slow.string(text), slow.raw(data));
          expect(encode([number, text, data])).toEqual(expected);
        },
      ),
    );
  });

  it('has a word before each entry of a list, and zero at its end', () => {
    const entries = list([7, 8], (value) => [value, value + 1]);
    expect(encode(entries)).toEqual(
      hex('00000001 00000007 00000008 00000001 00000008 00000009 00000000'),
    );
    expect(encode(list([], () => []))).toEqual(hex('00000000'));
  });
});

describe('a text as bytes', () => {
  it('is its UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8(text)).toBe(String.fromCharCode(...new TextEncoder().encode(text)));
      }),
    );
  });

  it.each([
    '/projects',
    'é',
    '漢',
    '🜚',
    '\u07ff\u0800\uffff\u{10000}\u{10ffff}',
    'a\ud800',
    '\udc00b',
  ])('of %j is its UTF-8, half a surrogate pair replaced', (text) => {
    expect(utf8(text)).toBe(String.fromCharCode(...new TextEncoder().encode(text)));
  });
});
