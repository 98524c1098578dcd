// XDR as RFC 4506 draws it, in hexadecimal, slow and obvious: shares nothing with core.

import { hex } from '../../golden/hex.ts';

/** A word of 32 bits. */
export const word = (value: number): string => value.toString(16).padStart(8, '0');

export const raw = (bytes: Iterable<number>): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Opaque data or a string of these bytes: length, bytes, zeros up to the next word. */
export const counted = (bytes: Iterable<number>): string => {
  let text = raw(bytes);
  const length = text.length / 2;
  while (text.length % 8 !== 0) text += '00';
  return word(length) + text;
};

/** The bytes of a string whose characters are bytes. */
export const bytesOf = (text: string): number[] =>
  text.split('').map((character) => character.charCodeAt(0));

export const string = (text: string): string => counted(bytesOf(text));

/** A list: 1 before each entry, 0 at the end. */
export const listed = (entries: readonly string[]): string =>
  entries.map((entry) => word(1) + entry).join('') + word(0);

export const bytes = (...parts: readonly string[]): Uint8Array => hex(parts.join(''));
