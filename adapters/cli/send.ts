// `onehost send`: hands what comes on stdin to the running member, as one message or line by line, and tells what
// did not arrive.

import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import * as E from 'fp-ts/lib/Either.js';
import { MAX_MESSAGE } from '../../core/cluster/event.ts';
import type { ServiceClass } from '../../core/cluster/service-class.ts';
import type { SettledLine } from '../member/protocol.ts';
import { openStream } from './stream.ts';

export interface SendOptions {
  readonly lines?: boolean;
  readonly class: ServiceClass;
  readonly socket?: string;
  readonly json?: boolean;
}

type Line = (line: string) => void;

/** Messages on their way at the same time, and bytes of them: what a member lets wait for one computer. */
const MOST_MESSAGES = 256;
const MOST_BYTES = 4 * 1024 * 1024;

/** All of it; null when it is longer than a message may be. */
const whole = async (input: Readable): Promise<Buffer | null> => {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of input as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length > MAX_MESSAGE) return null;
  }
  return Buffer.concat(pieces);
};

const messagesOf = async function* (
  input: Readable,
  byLine: boolean,
): AsyncGenerator<Buffer | null> {
  if (!byLine) yield await whole(input);
  else for await (const line of createInterface({ input })) yield Buffer.from(line);
};

interface Tally {
  acknowledged: number;
  failed: number;
}

const tell = (line: SettledLine, options: SendOptions, out: Line, err: Line): void => {
  const { reference, outcome, why } = line;
  if (options.json === true) out(JSON.stringify({ reference, outcome, why }));
  else if (why !== null) err(`onehost: ${why}`);
};

/** Exit code: 0 when every message was acknowledged, 1 when not. */
export const send = async (
  node: string,
  options: SendOptions,
  input: Readable,
  out: Line,
  err: Line,
): Promise<number> => {
  const tally: Tally = { acknowledged: 0, failed: 0 };
  const underWay = new Map<number, number>();
  let bytes = 0;
  let changed: () => void = () => undefined;
  const opened = openStream(options.socket, (line) => {
    if (line.kind !== 'settled') return;
    bytes -= underWay.get(line.reference) ?? 0;
    underWay.delete(line.reference);
    tally[line.outcome === 'acknowledged' ? 'acknowledged' : 'failed'] += 1;
    tell(line, options, out, err);
    changed();
  });
  if (E.isLeft(opened)) {
    err(`onehost: ${opened.left}`);
    return 1;
  }
  const stream = opened.right;
  let over: string | null | undefined;
  void stream.ended.then((why) => {
    over = why;
    changed();
  });
  const isOver = (): boolean => over !== undefined;
  const until = async (enough: () => boolean): Promise<void> => {
    while (!enough() && !isOver()) await new Promise<void>((resolve) => (changed = resolve));
  };

  let reference = 0;
  for await (const message of messagesOf(input, options.lines === true)) {
    if (isOver()) break;
    if (message === null || message.length > MAX_MESSAGE) {
      err(`onehost: a message has ${MAX_MESSAGE} bytes at most`);
      tally.failed += 1;
      continue;
    }
    await until(() => underWay.size < MOST_MESSAGES && bytes < MOST_BYTES);
    reference += 1;
    underWay.set(reference, message.length);
    bytes += message.length;
    const text = message.toString('base64');
    stream.ask({ command: 'send', node, class: options.class, reference, message: text });
  }
  await until(() => underWay.size === 0);
  if (isOver()) err(`onehost: ${over ?? ''}; ${underWay.size} messages are not settled`);
  stream.close();
  return isOver() || tally.failed > 0 ? 1 : 0;
};
