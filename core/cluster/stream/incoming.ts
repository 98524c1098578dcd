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

/** The parts with one more; what of it is there already is left out. */
const withPart = (parts: readonly Part[], part: Part): readonly Part[] => {
  const after: Part[] = [];
  let { from } = part;
  const put = (to: number): void => {
    if (from < to)
      after.push({ from, to, bytes: partOf(part.bytes, from - part.from, to - part.from) });
  };
  for (const one of parts) {
    if (from < part.to && one.to > from) {
      put(Math.min(one.from, part.to));
      from = Math.max(from, one.to);
    }
    after.push(one);
  }
  put(part.to);
  return after.sort((one, other) => one.from - other.from);
};

/** Whether all of these bytes had come before. */
export const isRepeated = (incoming: Incoming, { from, to }: Range): boolean =>
  to <= incoming.next || incoming.parts.some((part) => part.from <= from && to <= part.to);

/** The stream with a piece of it, of which nothing lies past the limit. */
export const receive = (incoming: Incoming, offset: number, bytes: ReadonlyBytes): Taken => {
  const from = Math.max(offset, incoming.next);
  const to = offset + bytes.length;
  if (from >= to) return { incoming, messages: [], sound: true };
  const fresh = partOf(bytes, from - offset, bytes.length);
  if (from > incoming.next) {
    const parts = withPart(incoming.parts, { from, to, bytes: fresh });
    return { incoming: { ...incoming, parts }, messages: [], sound: true };
  }
  let taken = append(incoming, fresh);
  const messages = [...taken.messages];
  while (taken.sound) {
    const [first, ...rest] = taken.incoming.parts;
    if (first === undefined || first.from > taken.incoming.next) break;
    const { next } = taken.incoming;
    const left = { ...taken.incoming, parts: rest };
    if (first.to <= next) taken = { ...taken, incoming: left };
    else {
      taken = append(left, partOf(first.bytes, next - first.from, first.bytes.length));
      messages.push(...taken.messages);
    }
  }
  return { ...taken, messages };
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
