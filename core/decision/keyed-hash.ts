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

// The words of what is being hashed. No hash outlives the call that began it, so one place serves all of them
// and hashing allocates nothing.
let words = new Int32Array(64);

const makeRoom = (count: number): void => {
  if (count > words.length) words = new Int32Array(2 * count);
};

/**
 * The hash of the first `count` words, of which the last one has the number of all bytes modulo 256 above
 * those that fill no word. The state stays in variables of one function: there the engine has it in registers.
 */
const hashOf = ({ low, high }: HashKey, count: number): number => {
  let v0 = low | 0;
  let v1 = high | 0;
  let v2 = 0x6c796765 ^ low;
  let v3 = 0x74656462 ^ high;
  // Two rounds for each word, and four at the end: as if two words of nothing came.
  for (let at = 0; at < count + 2; at++) {
    const word = at < count ? (words[at] ?? 0) : 0;
    if (at === count) v2 ^= 0xff;
    v3 ^= word;
    for (let round = 0; round < 2; round++) {
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
    }
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
};

/** The hash, 32 bits unsigned, of four 32-bit words: that of their 16 bytes, least significant first. */
export const hash4 = (key: HashKey, a: number, b: number, c: number, d: number): number => {
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
  words[4] = 16 << 24;
  return hashOf(key, 5);
};

/** The hash, 32 bits unsigned, of a whole number of up to 53 bits: that of its 64, least significant first. */
export const hashNumber = (key: HashKey, number: number): number => {
  words[0] = number;
  words[1] = Math.floor(number / 0x100000000);
  words[2] = 8 << 24;
  return hashOf(key, 3);
};

/** The hash, 32 bits unsigned, of a text: that of its UTF-16 code units, each least significant byte first. */
export const hashText = (key: HashKey, text: string): number => {
  const whole = text.length >>> 1;
  makeRoom(whole + 1);
  for (let at = 0; at < whole; at++)
    words[at] = text.charCodeAt(2 * at) | (text.charCodeAt(2 * at + 1) << 16);
  const rest = text.length % 2 === 0 ? 0 : text.charCodeAt(text.length - 1);
  words[whole] = ((text.length * 2) << 24) | rest;
  return hashOf(key, whole + 1);
};

/** The hash, 32 bits unsigned, of bytes: the form that the test vectors of its authors have. */
export const hashBytes = (key: HashKey, bytes: ReadonlyBytes): number => {
  const whole = bytes.length >>> 2;
  makeRoom(whole + 1);
  const wordAt = (at: number): number => {
    const byte = (n: number): number => bytes[at + n] ?? 0;
    return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24);
  };
  for (let at = 0; at < whole; at++) words[at] = wordAt(4 * at);
  words[whole] = (bytes.length << 24) | wordAt(4 * whole);
  return hashOf(key, whole + 1);
};
