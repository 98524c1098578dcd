// Names and paths as strings of bytes: one character is one byte (RFC 4506 section 4.11 says no more).
//
// NFS gives names no character set: a path is bytes, whichever text the client's locale makes of them. A
// string of bytes loses nothing, is `===` exactly when the bytes are, and keys tables as it is. What a
// configuration writes becomes one by `utf8`, which is how names lie on the disks of today's servers.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Extent } from './xdr.ts';

declare const brand: unique symbol;

/** Every character is one byte, U+0000 to U+00FF. */
export type ByteString = string & { readonly [brand]: 'ByteString' };

/** The bytes of `extent`, which lies within `bytes`. */
export const byteString = (bytes: ReadonlyBytes, { at, length }: Extent): ByteString => {
  let text = '';
  for (let index = at; index < at + length; index++)
    text += String.fromCharCode(bytes[index] as number);
  return text as ByteString;
};

const continuation = (bits: number): number => 0x80 | (bits & 0x3f);

const octets = (code: number): readonly number[] => {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), continuation(code)];
  // Half of a surrogate pair is no character (RFC 3629 section 3): the replacement character stands for it.
  if (code >= 0xd800 && code <= 0xdfff) return [0xef, 0xbf, 0xbd];
  if (code < 0x10000) return [0xe0 | (code >> 12), continuation(code >> 6), continuation(code)];
  return [0xf0 | (code >> 18), ...[code >> 12, code >> 6, code].map(continuation)];
};

/** The UTF-8 bytes of a text (RFC 3629). */
export const utf8 = (text: string): ByteString => {
  let encoded = '';
  for (const character of text)
    encoded += String.fromCharCode(...octets(character.codePointAt(0) ?? 0));
  return encoded as ByteString;
};
