// `onehost show` and `onehost set`: what the running gateway, or member, says over its control socket.

import * as E from 'fp-ts/lib/Either.js';
import type { Request } from '../control/protocol.ts';
import { ask } from '../control/socket.ts';
import type { Who } from '../control/unix-socket.ts';
import { findSocket } from './find-socket.ts';
import { tableOf } from './table.ts';

export interface AskOptions {
  readonly socket?: string;
  readonly json?: boolean;
}

type Line = (line: string) => void;

/** Asks, and prints the answer. Exit code: 0 answered, 1 not. */
export const askRunning = async (
  who: Who,
  request: Request,
  options: AskOptions,
  out: Line,
  err: Line,
): Promise<number> => {
  const path = findSocket(who, options.socket);
  const answer = E.isLeft(path) ? path : await ask(path.right, request, who);
  if (E.isLeft(answer)) {
    err(`onehost: ${answer.left}`);
    return 1;
  }
  const { right } = answer;
  if (right.kind === 'error') {
    err(`onehost: ${right.message}`);
    return 1;
  }
  if (right.kind === 'done') out(options.json === true ? JSON.stringify(right) : right.message);
  else if (options.json === true) out(JSON.stringify(right.rows));
  else if (right.rows.length === 0) out('none');
  else for (const line of tableOf(right.rows)) out(line);
  return 0;
};
