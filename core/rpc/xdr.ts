// External data representation: RFC 4506. Everything is in words of four bytes, most significant first.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { put32, u32 } from '../wire/bytes.ts';
import type { ByteString } from './byte-string.ts';

const WORD = 4;

/** Where data lies in the bytes it was read from; without length word and padding. */
export interface Extent {
  /** Offset of the first byte. */
  readonly at: number;
  /** Bytes. */
  readonly length: number;
}

/** `too-long`: more than the protocol allows, whether the bytes are there or not. */
export type XdrFault = 'truncated' | 'too-long';

// Every reader of this room looks at the bytes from `at` up to `end`, where 0 <= at and end <= bytes.length,
// and at none beyond. An `at` past `end` is a message that ended early, and no fault of the caller's.

export const readU32 = (bytes: ReadonlyBytes, at: number, end: number): number | 'truncated' =>
  end - at < WORD ? 'truncated' : u32(bytes, at);

const padded = (length: number): number => (length + 3) & ~3;

/** The offset of what follows the data, its padding passed over. */
export const after = ({ at, length }: Extent): number => at + padded(length);

/** Data of a length that the protocol fixes, such as NFS version 2's filehandle (RFC 4506 section 4.9). */
export const readFixed = (at: number, end: number, length: number): Extent | 'truncated' =>
  end - at < padded(length) ? 'truncated' : { at, length };

/**
 * Data or a string of at most `limit` bytes (RFC 4506 sections 4.10, 4.11), padding there to the end.
 * What the padding holds is not looked at: servers do not, so a client that is let through by them is
 * let through here.
 */
export const readOpaque = (
  bytes: ReadonlyBytes,
  at: number,
  end: number,
  limit: number,
): Extent | XdrFault => {
  const length = readU32(bytes, at, end);
  if (length === 'truncated') return length;
  return length > limit ? 'too-long' : readFixed(at + WORD, end, length);
};

/** What is written: a word, a string with length and padding, or bytes that are XDR already. */
export type Item = number | ByteString | ReadonlyBytes;

/** A list's items (RFC 4506 section 4.19): a word before each says that there is one, and none at the end. */
export const list = <V>(values: readonly V[], items: (value: V) => readonly Item[]): Item[] => [
  ...values.flatMap((value) => [1, ...items(value)]),
  0,
];

const lengthOf = (item: Item): number => {
  if (typeof item === 'number') return WORD;
  return typeof item === 'string' ? WORD + padded(item.length) : item.length;
};

const write = (to: Uint8Array, at: number, item: Item): void => {
  if (typeof item === 'number') return put32(to, at, item);
  if (typeof item !== 'string') return to.set(item, at);
  put32(to, at, item.length);
  for (let index = 0; index < item.length; index++) to[at + WORD + index] = item.charCodeAt(index);
};

/** The items' bytes, one after another. */
export const encode = (items: readonly Item[]): Uint8Array => {
  const bytes = new Uint8Array(items.reduce<number>((sum, item) => sum + lengthOf(item), 0));
  let at = 0;
  for (const item of items) {
    write(bytes, at, item);
    at += lengthOf(item);
  }
  return bytes;
};
