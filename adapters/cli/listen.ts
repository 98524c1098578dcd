// `onehost listen`: prints the messages that come for this computer.

import type { Writable } from 'node:stream';
import * as E from 'fp-ts/lib/Either.js';
import type { MessageLine } from '../member/protocol.ts';
import { openStream } from './stream.ts';

export interface ListenOptions {
  readonly socket?: string;
  readonly json?: boolean;
  /** How many; for ever when left out. */
  readonly number?: number;
}

const NEWLINE = Buffer.from('\n');

/** For people the bytes as they are, and the end of a line; for programs the line with who sent it. */
const written = (line: MessageLine, json: boolean): Buffer =>
  json
    ? Buffer.from(`${JSON.stringify(line)}\n`)
    : Buffer.concat([Buffer.from(line.message, 'base64'), NEWLINE]);

/** Listens until enough has come, or a signal ends it. Exit code: 0, or 1 when the member cannot be had. */
export const listen = async (
  options: ListenOptions,
  output: Writable,
  err: (line: string) => void,
): Promise<number> => {
  let left = options.number ?? Infinity;
  const opened = openStream(options.socket, (line) => {
    if (line.kind === 'listening') err('onehost: listening');
    if (line.kind !== 'message' || left === 0) return;
    output.write(written(line, options.json === true));
    left -= 1;
    if (left === 0) stop();
  });
  if (E.isLeft(opened)) {
    err(`onehost: ${opened.left}`);
    return 1;
  }
  const stream = opened.right;
  const stop = (): void => stream.close();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  stream.ask({ command: 'listen' });
  const why = await stream.ended;
  process.off('SIGINT', stop).off('SIGTERM', stop);
  if (why === null) return 0;
  err(`onehost: ${why}`);
  return 1;
};
