// HalfSipHash-2-4: a hash that nobody can foresee who does not know its key, so that no outsider picks
// connections that meet in one place. (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012;
// HalfSipHash is its variant of 32-bit words, with 32 bits of output.)

import type { ReadonlyBytes } from '../wire/bytes.ts';

/** 64 bits of secret, as two unsigned 32-bit words. */
export interface HashKey {
  /** The first four bytes of the key, least significant first. */
  readonly low: number;
  readonly high: number;
}

/** The key of those who have nothing to hide: a simulation, a test. */
export const NO_KEY: HashKey = { low: 0, high: 0 };

// The state between two steps. No hash outlives the call that began it, so one state serves all of them
// and hashing allocates nothing.
let v0 = 0;
let v1 = 0;
let v2 = 0;
let v3 = 0;

const round = (): void => {
  v0 = (v0 + v1) | 0;
  v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
  v0 = (v0 << 16) | (v0 >>> 16);
  v2 = (v2 + v3) | 0;
  v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
  v0 = (v0 + v3) | 0;
  v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
  v2 = (v2 + v1) | 0;
  v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
  v2 = (v2 << 16) | (v2 >>> 16);
};

const begin = ({ low, high }: HashKey): void => {
  v0 = low | 0;
  v1 = high | 0;
  v2 = 0x6c796765 ^ low;
  v3 = 0x74656462 ^ high;
};

const take = (word: number): void => {
  v3 ^= word;
  round();
  round();
  v0 ^= word;
};

/** Ends with the bytes that fill no word, below the number of all bytes modulo 256. */
const end = (rest: number, bytes: number): number => {
  take((bytes << 24) | rest);
  v2 ^= 0xff;
  for (let count = 0; count < 4; count++) round();
  return (v1 ^ v3) >>> 0;
};

/** The hash, 32 bits unsigned, of four 32-bit words: that of their 16 bytes, least significant first. */
export const hash4 = (key: HashKey, a: number, b: number, c: number, d: number): number => {
  begin(key);
  take(a);
  take(b);
  take(c);
  take(d);
  return end(0, 16);
};

/** The hash, 32 bits unsigned, of a text: that of its UTF-16 code units, each least significant byte first. */
export const hashText = (key: HashKey, text: string): number => {
  begin(key);
  const even = text.length & ~1;
  for (let at = 0; at < even; at += 2) take(text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
  return end(even < text.length ? text.charCodeAt(even) : 0, text.length * 2);
};

/** The hash, 32 bits unsigned, of bytes: the form that the test vectors of its authors have. */
export const hashBytes = (key: HashKey, bytes: ReadonlyBytes): number => {
  begin(key);
  const whole = bytes.length & ~3;
  const byte = (at: number): number => bytes[at] ?? 0;
  for (let at = 0; at < whole; at += 4)
    take(byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24));
  return end(byte(whole) | (byte(whole + 1) << 8) | (byte(whole + 2) << 16), bytes.length);
};
