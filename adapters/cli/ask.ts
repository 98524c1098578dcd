// `onehost show` and `onehost set`: what the running gateway says over its control socket.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Request } from '../control/protocol.ts';
import { ask, socketPath } from '../control/socket.ts';
import { tableOf } from './table.ts';

export interface AskOptions {
  readonly socket?: string;
  readonly json?: boolean;
}

type Line = (line: string) => void;

/** The socket that was named, else the only one where gateways listen. */
const findSocket = (named: string | undefined): E.Either<string, string> => {
  if (named !== undefined) return E.right(named);
  const folder = dirname(socketPath('any'));
  let found: readonly string[];
  try {
    found = readdirSync(folder).filter((name) => name.endsWith('.sock'));
  } catch {
    found = [];
  }
  const [only, ...more] = found;
  if (only === undefined)
    return E.left(
      `no gateway listens in ${folder}; start one by \`onehost run\`, or name its --socket`,
    );
  return more.length === 0
    ? E.right(join(folder, only))
    : E.left(`several gateways listen in ${folder} (${found.join(', ')}); choose one by --socket`);
};

/** Asks, and prints the answer. Exit code: 0 answered, 1 not. */
export const askGateway = async (
  request: Request,
  options: AskOptions,
  out: Line,
  err: Line,
): Promise<number> => {
  const path = findSocket(options.socket);
  const answer = E.isLeft(path) ? path : await ask(path.right, request);
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
