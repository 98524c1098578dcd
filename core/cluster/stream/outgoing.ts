// What is sent to one computer: a stream of bytes made of messages, in any pieces, repeated until received (B5, B6).

import type { ReadonlyBytes } from '../../wire/bytes.ts';
import type { ServiceClass } from '../service-class.ts';
import type { Range } from '../wire/range.ts';

/** In the stream each message follows its class in one byte and its length in four. */
export const MESSAGE_HEADER = 5;

/** A message in the stream, its header included, from an offset up to another. */
export interface Queued extends Range {
  readonly reference: number;
  readonly message: ReadonlyBytes;
  readonly serviceClass: ServiceClass;
  readonly queuedAt: number;
}

/** A piece on the way. */
export interface Flight extends Range {
  /** Transmissions are numbered as they go out, repeated ones anew. */
  readonly number: number;
  /** The key of the path. */
  readonly path: string;
  readonly at: number;
  /** Of the IP datagram, bytes. */
  readonly size: number;
}

/** A piece to be repeated; one that timed out goes in datagrams that every path carries. */
export interface Lost extends Range {
  readonly small: boolean;
}

export interface Outgoing {
  /** Streams to one computer are numbered: one that was given up is followed by the next. */
  readonly epoch: number;
  /** All below is acknowledged. */
  readonly base: number;
  /** Where bytes begin that were never sent, and where the last message ends. */
  readonly next: number;
  readonly end: number;
  readonly queue: readonly Queued[];
  readonly flights: readonly Flight[];
  readonly lost: readonly Lost[];
  /** What is acknowledged past `base`. */
  readonly received: readonly Range[];
  /** The receiver takes bytes up to here. */
  readonly limit: number;
  /** The number of the next transmission. */
  readonly number: number;
  /** When the receiver is asked whether its limit has moved. */
  readonly askAt: number;
}

/** A stream of which nothing was sent; before the receiver says its limit, a few bytes may go. */
export const newOutgoing = (epoch: number, number: number, now: number): Outgoing => ({
  epoch,
  base: 0,
  next: 0,
  end: 0,
  queue: [],
  flights: [],
  lost: [],
  received: [],
  limit: FIRST_LIMIT,
  number,
  askAt: now,
});

/** What a receiver takes before it says more, bytes. */
export const FIRST_LIMIT = 64 * 1024;
