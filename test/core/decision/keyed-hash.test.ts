import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HashKey } from '../../../core/decision/keyed-hash.ts';
import {
  NO_KEY,
  hash4,
  hashBytes,
  hashNumber,
  hashText,
} from '../../../core/decision/keyed-hash.ts';

/** The key 00 01 … 07 of the authors' test vectors. */
const COUNTING: HashKey = { low: 0x03020100, high: 0x07060504 };

/** What the authors' test vectors say of the inputs "", 00, 00 01, …: four bytes each. */
const VECTORS = [
  ...['a9359f5b', '27475ab8', 'fa62a603', '8afee704', '2a6e4689', 'c5fab669', '5863fc23'],
  ...['8bcf63c5', 'd0b8848f', 'f806e779', '94b07934', '08083050', '57f0872f', '77e663ff'],
];

// A second implementation that shares nothing with the first: BigInt, words cut by modulo, one flat text.
const slowHash = ({ low, high }: HashKey, bytes: readonly number[]): number => {
  const WORD = 2n ** 32n;
  const rotated = (x: bigint, by: bigint): bigint => (x * 2n ** by + x / 2n ** (32n - by)) % WORD;
  const [k0, k1] = [BigInt(low >>> 0), BigInt(high >>> 0)];
  let v: [bigint, bigint, bigint, bigint] = [k0, k1, 0x6c796765n ^ k0, 0x74656462n ^ k1];
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i++) {
      let [a, b, c, d] = v;
      a = (a + b) % WORD;
      b = rotated(b, 5n) ^ a;
      a = rotated(a, 16n);
      c = (c + d) % WORD;
      d = rotated(d, 8n) ^ c;
      a = (a + d) % WORD;
      d = rotated(d, 7n) ^ a;
      c = (c + b) % WORD;
      b = rotated(b, 13n) ^ c;
      c = rotated(c, 16n);
      v = [a, b, c, d];
    }
  };
  const padded = [...bytes];
  while (padded.length % 4 !== 3) padded.push(0);
  padded.push(bytes.length % 256);
  for (let at = 0; at < padded.length; at += 4) {
    const word = [3, 2, 1, 0].reduce((sum, i) => sum * 256n + BigInt(padded[at + i] ?? 0), 0n);
    v[3] ^= word;
    rounds(2);
    v[0] ^= word;
  }
  v[2] ^= 255n;
  rounds(4);
  return Number(v[1] ^ v[3]);
};

const word = fc.integer({ min: 0, max: 0xffffffff });
const key: fc.Arbitrary<HashKey> = fc.record({ low: word, high: word });

const littleEndian = (...words: readonly number[]): number[] =>
  words.flatMap((one) => [0, 8, 16, 24].map((shift) => (one >>> shift) & 255));

describe('HalfSipHash-2-4', () => {
  it("gives the authors' test vectors", () => {
    for (const [length, expected] of VECTORS.entries()) {
      const bytes = Array.from({ length }, (_, at) => at);
      const hash = hashBytes(COUNTING, Uint8Array.from(bytes));
      expect(Buffer.from(littleEndian(hash)).toString('hex')).toBe(expected);
      expect(slowHash(COUNTING, bytes)).toBe(hash);
    }
  });

  it('of bytes is what a slow implementation says', () => {
    fc.assert(
      fc.property(key, fc.uint8Array({ maxLength: 300 }), (one, bytes) => {
        expect(hashBytes(one, bytes)).toBe(slowHash(one, [...bytes]));
      }),
    );
  });

  it('of four words is that of their bytes, least significant first', () => {
    fc.assert(
      fc.property(key, word, word, word, word, (one, a, b, c, d) => {
        const hash = hash4(one, a, b, c, d);
        expect(hash).toBe(slowHash(one, littleEndian(a, b, c, d)));
        expect(hash4(one, a | 0, b | 0, c | 0, d | 0)).toBe(hash);
      }),
    );
  });

  it('of a whole number is that of its 64 bits, least significant first', () => {
    fc.assert(
      fc.property(key, fc.maxSafeInteger(), (one, number) => {
        const bits = Buffer.alloc(8);
        bits.writeBigInt64LE(BigInt(number));
        expect(hashNumber(one, number)).toBe(slowHash(one, [...bits]));
      }),
    );
  });

  it('of a text is that of its UTF-16 code units, least significant byte first', () => {
    fc.assert(
      fc.property(key, fc.string({ unit: 'binary', maxLength: 200 }), (one, text) => {
        expect(hashText(one, text)).toBe(slowHash(one, [...Buffer.from(text, 'utf16le')]));
      }),
    );
    const loneSurrogate = '\ud800a';
    expect(hashText(NO_KEY, loneSurrogate)).toBe(slowHash(NO_KEY, [0x00, 0xd8, 0x61, 0x00]));
  });

  it('keeps nothing of one text for the next', () => {
    fc.assert(
      fc.property(key, fc.string(), fc.string(), (one, text, other) => {
        const hash = hashText(one, text);
        hashText(one, other);
        expect(hashText(one, text)).toBe(hash);
      }),
    );
  });
});
