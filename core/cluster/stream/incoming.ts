// What comes from one computer: pieces of its stream in any order, made whole, in order and once (B5, B6).

import type { ReadonlyBytes } from '../../wire/bytes.ts';
import { copyOf, partOf, u32, u8 } from '../../wire/bytes.ts';
import { MAX_MESSAGE } from '../event.ts';
import type { ServiceClass } from '../service-class.ts';
import { SERVICE_CLASSES } from '../service-class.ts';
import type { Range } from '../wire/range.ts';
import { MESSAGE_HEADER } from './outgoing.ts';

/** A piece that came before one in front of it. */
export interface Part extends Range {
  readonly bytes: ReadonlyBytes;
}

/** Pieces of a message, the latest first: appending one copies little. */
interface Chain {
  readonly bytes: ReadonlyBytes;
  readonly before: Chain | null;
  /** The length that the message's header tells; null while the header is not whole. */
  readonly wanted: number | null;
}

export interface Incoming {
  readonly epoch: number;
  /** All below has come, and was handed on as far as it made whole messages. */
  readonly next: number;
  /** Sorted, without overlap, all past `next`. */
  readonly parts: readonly Part[];
  /** What has come of the message that is not whole yet. */
  readonly chain: Chain | null;
  readonly chained: number;
  /** The sender was promised that bytes up to here are taken. */
  readonly limit: number;
  /** The latest transmission and when it came. */
  readonly echo: number;
  readonly echoAt: number;
  /** The path by which it came. */
  readonly path: string;
  /** Datagrams of data since the last acknowledgement, and when that is due; null when it is not. */
  readonly unacknowledged: number;
  readonly ackAt: number | null;
}

export const NO_EPOCH = -1;
/** The most parts that are kept: what each further piece costs is bounded by it. */
export const MAX_PARTS = 1024;

export const newIncoming = (epoch: number, limit: number): Incoming => ({
  epoch,
  next: 0,
  parts: [],
  chain: null,
  chained: 0,
  limit,
  echo: 0,
  echoAt: 0,
  path: '',
  unacknowledged: 0,
  ackAt: null,
});

/** A message that is whole. */
export interface Whole {
  readonly serviceClass: ServiceClass;
  readonly message: Uint8Array;
}

/** Shorter pieces, bytes, share a link: else one byte would cost as much as a datagram. */
const SHORT = 1024;

const joined = (chain: Chain, length: number): ReadonlyBytes => {
  if (chain.before === null) return chain.bytes;
  const bytes = new Uint8Array(length);
  let end = length;
  for (let link: Chain | null = chain; link !== null; link = link.before) {
    end -= link.bytes.length;
    bytes.set(link.bytes, end);
  }
  return bytes;
};

const both = (one: ReadonlyBytes, other: ReadonlyBytes): Uint8Array => {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
};

/** The chain with one more piece. A header that is cut becomes whole in one link. */
const longer = (before: Chain | null, bytes: ReadonlyBytes): Chain => {
  const isShort = Math.max(before?.bytes.length ?? 0, bytes.length) < SHORT;
  const joins = before !== null && (isShort || before.wanted === null);
  const all = joins ? both(before.bytes, bytes) : bytes;
  const wanted = before?.wanted ?? (all.length < MESSAGE_HEADER ? null : u32(all, 1));
  return { bytes: all, before: joins ? before.before : before, wanted };
};

export interface Taken {
  readonly incoming: Incoming;
  readonly messages: readonly Whole[];
  /** False when the stream does not have the form of messages. */
  readonly sound: boolean;
}

/** Appends bytes in order, and takes out the messages that become whole. */
const append = (incoming: Incoming, bytes: ReadonlyBytes): Taken => {
  const messages: Whole[] = [];
  const next = incoming.next + bytes.length;
  let chain = longer(incoming.chain, bytes);
  let chained = incoming.chained + bytes.length;
  let length = chain.wanted;
  while (length !== null && chained >= MESSAGE_HEADER + length) {
    const all = joined(chain, chained);
    const end = MESSAGE_HEADER + length;
    const serviceClass = SERVICE_CLASSES[u8(all, 0)] ?? 'standard';
    messages.push({ serviceClass, message: copyOf(all.subarray(MESSAGE_HEADER, end)) });
    chained -= end;
    chain = longer(null, partOf(all, end, all.length));
    length = chain.wanted;
  }
  const sound = length === null || length <= MAX_MESSAGE;
  const after = { ...incoming, next, chain: chained === 0 ? null : chain, chained };
  return { incoming: after, messages, sound };
};

/** Where the first part is that reaches past `offset`. */
const placeOf = (parts: readonly Part[], offset: number): number => {
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parts[middle] as Part).to <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * The parts with one more: it takes the place of those that lie within it, and loses what others hold already.
 * When there are as many parts as may be, one more is left to come again: none that was acknowledged is let go.
 */
const withPart = (parts: readonly Part[], { from, to, bytes }: Part): readonly Part[] => {
  let first = placeOf(parts, from);
  let start = from;
  const before = parts[first];
  if (before !== undefined && before.from <= from) {
    start = before.to;
    first += 1;
  }
  // The part at `last` is the first that reaches past the end.
  const last = Math.max(first, placeOf(parts, to));
  const end = Math.min(to, parts[last]?.from ?? to);
  if (start >= end || (last === first && parts.length >= MAX_PARTS)) return parts;
  const part = { from: start, to: end, bytes: partOf(bytes, start - from, end - from) };
  return parts.toSpliced(first, last - first, part);
};

/** Whether all of these bytes had come before. */
export const isRepeated = ({ next, parts }: Incoming, { from, to }: Range): boolean => {
  if (to <= next) return true;
  const part = parts[placeOf(parts, from)];
  return part !== undefined && part.from <= from && to <= part.to;
};

/** The stream with a piece of it, of which nothing lies past the limit. */
export const receive = (incoming: Incoming, offset: number, bytes: ReadonlyBytes): Taken => {
  const from = Math.max(offset, incoming.next);
  const to = offset + bytes.length;
  if (from >= to) return { incoming, messages: [], sound: true };
  const fresh = partOf(bytes, from - offset, bytes.length);
  if (from > incoming.next) {
    const parts = withPart(incoming.parts, { from, to, bytes: fresh });
    const after = parts === incoming.parts ? incoming : { ...incoming, parts };
    return { incoming: after, messages: [], sound: true };
  }
  let taken = append(incoming, fresh);
  const messages = [...taken.messages];
  const { parts } = incoming;
  let used = 0;
  for (; taken.sound; used += 1) {
    const part = parts[used];
    const { next } = taken.incoming;
    if (part === undefined || part.from > next) break;
    if (part.to <= next) continue;
    taken = append(taken.incoming, partOf(part.bytes, next - part.from, part.bytes.length));
    messages.push(...taken.messages);
  }
  const left = used === 0 ? parts : parts.slice(used);
  return { ...taken, incoming: { ...taken.incoming, parts: left }, messages };
};

/** What has come past `next`, as ranges that do not touch. */
export const rangesOf = ({ parts }: Incoming, most: number): readonly Range[] => {
  const ranges: Range[] = [];
  for (const { from, to } of parts) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to === from) ranges[ranges.length - 1] = { from: last.from, to };
    else if (ranges.length === most) break;
    else ranges.push({ from, to });
  }
  return ranges;
};
