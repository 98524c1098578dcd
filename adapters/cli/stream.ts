// A connection to a running member for messages, both ways: `onehost send`, `onehost listen`.

import type { Socket } from 'node:net';
import * as E from 'fp-ts/lib/Either.js';
import { onLines } from '../control/lines.ts';
import { connectTo, pathFault } from '../control/unix-socket.ts';
import type { StreamLine, StreamRequest } from '../member/protocol.ts';
import { LONGEST_LINE, readStreamLine } from '../member/protocol.ts';
import { findSocket } from './find-socket.ts';

export interface MemberStream {
  /** Sends a request; says whether there is room for more right now. */
  ask(request: StreamRequest): boolean;
  /** Resolves when there is room again. */
  drained(): Promise<void>;
  /** Ends it from here. */
  close(): void;
  /** Resolves when it has ended: null, when from here; else why, in a sentence. */
  readonly ended: Promise<string | null>;
}

const explain = (path: string, cause: NodeJS.ErrnoException): string =>
  cause.code === 'EACCES'
    ? `${path} is another user's: only who runs the member, or root, may use it`
    : `no member on ${path} (${cause.message}); is \`onehost member\` running?`;

const onSocket = (client: Socket, path: string, hear: (line: StreamLine) => void): MemberStream => {
  let end: (why: string | null) => void = () => undefined;
  const ended = new Promise<string | null>((resolve) => (end = resolve));
  client.on('error', (cause) => end(explain(path, cause)));
  client.on('close', () => end('the member has ended'));
  onLines(client, LONGEST_LINE, (text) => {
    const line = readStreamLine(text);
    if (E.isRight(line)) hear(line.right);
    else end(line.left);
  });
  return {
    ask: (request) => client.write(`${JSON.stringify(request)}\n`),
    drained: () =>
      new Promise((resolve) => {
        client.once('drain', resolve);
      }),
    close: () => {
      end(null);
      client.destroy();
    },
    ended,
  };
};

/** Connects to the member that was named by its socket, or is the only one. Fails with a sentence. */
export const openStream = (
  named: string | undefined,
  hear: (line: StreamLine) => void,
): E.Either<string, MemberStream> => {
  const path = findSocket('member', named);
  if (E.isLeft(path)) return path;
  const fault = pathFault(path.right);
  if (fault !== null) return E.left(fault);
  return E.right(onSocket(connectTo(path.right), path.right, hear));
};
