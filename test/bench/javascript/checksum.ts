// The JavaScript reference: the internet checksum (RFC 1071) in plain JavaScript, of words as they lie in
// memory; two at a time, as they are read.

import * as ipv4 from '../../../core/wire/layout/ipv4.ts';
import type { Words } from './memory.ts';
import { swap16 } from './memory.ts';

const halves = (word: number): number => (word & 0xffff) + (word >>> 16);

const folded = (sum: number): number => halves(halves(sum));

/** The sums over a memory. */
export interface Sums {
  /** The ones' complement sum of up to 65535 bytes at `at`, a multiple of 4, in the order of the memory. */
  readonly sumOf: (at: number, length: number) => number;
  /** The same of the pseudo header of the packet at `at`, a multiple of 4, whose transport has so many bytes. */
  readonly pseudoHeader: (at: number, length: number) => number;
  /** Whether the transport checksum of the packet at `at`, a multiple of 4, is right. */
  readonly isSound: (at: number) => boolean;
}

export const sumsIn = (buffer: ArrayBuffer, { get8, get16, get32 }: Words): Sums => {
  const words = new Int32Array(buffer);

  /** 65535 bytes are 32767 words: their sum is an integer of 32 bits. */
  const sumOf = (at: number, length: number): number => {
    const end = (at + length) >> 2;
    let low = 0;
    let high = 0;
    let word = at >> 2;
    for (; word + 4 <= end; word += 4) {
      const a = words[word] as number;
      const b = words[word + 1] as number;
      const c = words[word + 2] as number;
      const d = words[word + 3] as number;
      low = (low + (a & 0xffff) + (b & 0xffff) + (c & 0xffff) + (d & 0xffff)) | 0;
      high = (high + (a >>> 16) + (b >>> 16) + (c >>> 16) + (d >>> 16)) | 0;
    }
    for (; word < end; word++) low += halves(words[word] as number);
    let sum = low + high;
    const rest = end * 4;
    if ((length & 2) !== 0) sum += get16(rest);
    if ((length & 1) !== 0) sum += get8(at + length - 1);
    return folded(sum);
  };

  const pseudoHeader = (at: number, length: number): number =>
    folded(
      halves(get32(at + ipv4.SOURCE)) +
        halves(get32(at + ipv4.DESTINATION)) +
        (get8(at + ipv4.PROTOCOL) << 8) +
        swap16(length),
    );

  return {
    sumOf,
    pseudoHeader,
    isSound: (at) => {
      const header = (get8(at) & 15) << 2;
      const length = swap16(get16(at + ipv4.TOTAL_LENGTH)) - header;
      return folded(sumOf(at + header, length) + pseudoHeader(at, length)) === 0xffff;
    },
  };
};
