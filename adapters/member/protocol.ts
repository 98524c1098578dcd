// What goes over a member's control socket besides requests with one answer: messages of the cluster, both ways,
// each a line of JSON with the bytes in base64 (RFC 4648 section 4).

import type * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { MAX_MESSAGE } from '../../core/cluster/event.ts';
import { SERVICE_CLASSES } from '../../core/cluster/service-class.ts';
import { readLine } from '../control/protocol.ts';

const serviceClass = t.keyof(
  Object.fromEntries(SERVICE_CLASSES.map((word) => [word, null])) as Record<
    (typeof SERVICE_CLASSES)[number],
    null
  >,
);

/** Sends a message; answered by `settled` with the same reference, whenever that is. */
const SendRequest = t.type({
  command: t.literal('send'),
  /** The computer's name, or its fingerprint. */
  node: t.string,
  class: serviceClass,
  reference: t.number,
  message: t.string,
});
export type SendRequest = t.TypeOf<typeof SendRequest>;

/** From now on this connection gets the messages that come. */
const ListenRequest = t.type({ command: t.literal('listen') });

const StreamRequest = t.union([SendRequest, ListenRequest]);
export type StreamRequest = t.TypeOf<typeof StreamRequest>;

/** What became of a message: `why` is a sentence where it did not arrive. */
const SettledLine = t.type({
  kind: t.literal('settled'),
  reference: t.number,
  outcome: t.keyof({ acknowledged: null, gone: null, refused: null }),
  why: t.union([t.string, t.null]),
});
export type SettledLine = t.TypeOf<typeof SettledLine>;

const MessageLine = t.type({
  kind: t.literal('message'),
  from: t.string,
  /** The fingerprint again, where the table has no name for it. */
  name: t.string,
  class: serviceClass,
  message: t.string,
});
export type MessageLine = t.TypeOf<typeof MessageLine>;

/** The answer to `listen`: from here on, nothing is missed. */
const ListeningLine = t.type({ kind: t.literal('listening') });

const StreamLine = t.union([SettledLine, MessageLine, ListeningLine]);
export type StreamLine = t.TypeOf<typeof StreamLine>;

/** Longest line, characters: the longest message in base64, and what stands around it. */
export const LONGEST_LINE = Math.ceil(MAX_MESSAGE / 3) * 4 + 1024;

export const readStreamRequest = (line: string): E.Either<string, StreamRequest> =>
  readLine(line, StreamRequest, 'a request');

export const readStreamLine = (line: string): E.Either<string, StreamLine> =>
  readLine(line, StreamLine, 'an answer');
