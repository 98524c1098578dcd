// Cheap stand-ins for the cryptography: keyed checks that fit exactly when everything fits, and hide nothing.

import type { Primitives } from '../../core/cluster/primitives.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';

const TAG = 16;

/** Two 32-bit checks over all parts and their lengths. */
const check = (parts: readonly ReadonlyBytes[]): readonly [number, number] => {
  let one = 0x811c9dc5;
  let two = 0x9e3779b9;
  for (const part of parts) {
    const { length } = part;
    for (let at = 0; at < length; at += 1) {
      const byte = part[at] as number;
      one = Math.imul(one ^ byte, 0x01000193);
      two = Math.imul(two + byte, 0x85ebca6b) ^ (two >>> 13);
    }
    one = Math.imul(one ^ length, 0x01000193) ^ 0x5bd1e995;
    two = Math.imul(two + length, 0xc2b2ae35) ^ (two >>> 16);
  }
  return [one, two];
};

/** `length` bytes that follow from the parts. */
const stretched = (parts: readonly ReadonlyBytes[], length: number): Uint8Array => {
  let [one, two] = check(parts);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) {
    one = Math.imul(one ^ (two >>> 15), 0x2c1b3c6d);
    two = Math.imul(two ^ (one >>> 12), 0x297a2d39) + at;
    bytes[at] = (one ^ two) >>> 11;
  }
  return bytes;
};

const label = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0));
const SEAL = label('seal');
const DERIVE = label('derive');
const HASH = label('hash');
const SIGN = label('sign');
const AGREE = label('agree');

const same = (one: ReadonlyBytes, other: ReadonlyBytes): boolean => {
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return one.length === other.length;
};

/** The public key of a private one: the same for both kinds of keys. */
export const fakePublicKey = (privateKey: ReadonlyBytes): Uint8Array =>
  stretched([HASH, privateKey], 32);

/** `used` is told each key and nonce that something is sealed by, and the tag of what it is. */
export const fakePrimitives = (
  used: (key: ReadonlyBytes, nonce: ReadonlyBytes, tag: ReadonlyBytes) => void = () => undefined,
): Primitives => {
  const tagOf = (...parts: readonly ReadonlyBytes[]): Uint8Array =>
    stretched([SEAL, ...parts], TAG);
  return {
    seal: (key, nonce, additional, plaintext) => {
      const tag = tagOf(key, nonce, additional, plaintext);
      used(key, nonce, tag);
      const sealed = new Uint8Array(plaintext.length + TAG);
      sealed.set(plaintext);
      sealed.set(tag, plaintext.length);
      return sealed;
    },
    open: (key, nonce, additional, sealed) => {
      const end = sealed.length - TAG;
      if (end < 0) return null;
      const plaintext = (sealed as Uint8Array).slice(0, end);
      const tag = tagOf(key, nonce, additional, plaintext);
      return same(tag, sealed.subarray(end)) ? plaintext : null;
    },
    derive: (secret, salt, info, length) => stretched([DERIVE, secret, salt, info], length),
    hash: (bytes) => stretched([HASH, bytes], 32),
    sign: (privateKey, bytes) => stretched([SIGN, fakePublicKey(privateKey), bytes], 64),
    verify: (publicKey, bytes, signature) =>
      same(stretched([SIGN, publicKey, bytes], 64), signature),
    exchangeKey: (privateKey) => Uint8Array.from(privateKey as Uint8Array),
    agree: (privateKey, publicKey) => {
      const both = Uint8Array.from(
        { length: 32 },
        (_, at) => (privateKey[at] as number) ^ (publicKey[at] as number),
      );
      return stretched([AGREE, both], 32);
    },
  };
};
