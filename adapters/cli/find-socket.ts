// The control socket of what runs on this machine, when nobody names one.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { socketPath } from '../control/socket.ts';
import type { Who } from '../control/unix-socket.ts';
import { memberSocketPath } from '../member/socket-path.ts';

const COMMANDS = { gateway: 'run', member: 'member' } as const;
const MEMBER_ENDING = memberSocketPath('any').split('any').at(-1) ?? '';

const isOf = (who: Who, file: string): boolean =>
  file.endsWith('.sock') && file.endsWith(MEMBER_ENDING) === (who === 'member');

/** The socket that was named, else the only one where gateways, or members, listen. */
export const findSocket = (who: Who, named: string | undefined): E.Either<string, string> => {
  if (named !== undefined) return E.right(named);
  const folder = dirname(socketPath('any'));
  let found: readonly string[];
  try {
    found = readdirSync(folder).filter((file) => isOf(who, file));
  } catch {
    found = [];
  }
  const [only, ...more] = found;
  if (only === undefined)
    return E.left(
      `no ${who} listens in ${folder}; start one by \`onehost ${COMMANDS[who]}\`, or name its --socket`,
    );
  return more.length === 0
    ? E.right(join(folder, only))
    : E.left(`several ${who}s listen in ${folder} (${found.join(', ')}); choose one by --socket`);
};
