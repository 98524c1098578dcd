// Both ends of the control socket: one request, one answer.

import type { Socket } from 'node:net';
import * as E from 'fp-ts/lib/Either.js';
import type { Answer, Request } from './protocol.ts';
import { LONGEST_REQUEST, readAnswer, readRequest } from './protocol.ts';
import type { ControlSocket, Who } from './unix-socket.ts';
import { connectTo, listenAt, pathFault } from './unix-socket.ts';

/** Where the gateway of `cluster` listens unless told otherwise. */
export const socketPath = (cluster: string): string => `/run/onehost/${cluster}.sock`;

/** Time after which a silent client, or a silent gateway, is given up, milliseconds. */
const PATIENCE = 10_000;

/** What gives the answers; it does not fail. */
type Answering = (request: Request) => Promise<Answer>;

const serve = (client: Socket, answer: Answering): void => {
  let line = '';
  client.setEncoding('utf8');
  client.setTimeout(PATIENCE, () => client.destroy());
  client.on('error', () => client.destroy());
  client.on('data', (text: string) => {
    line += text;
    if (line.length > LONGEST_REQUEST) return client.destroy();
    if (!line.includes('\n')) return;
    const request = readRequest(line);
    line = '';
    const reply: Promise<Answer> = E.isLeft(request)
      ? Promise.resolve({ kind: 'error', message: request.left })
      : answer(request.right);
    void reply.then((one) => client.end(`${JSON.stringify(one)}\n`));
  });
};

/** Listens at `path`, mode 0600. A socket that a dead gateway left behind is replaced. */
export const listen = (path: string, answer: Answering): Promise<E.Either<string, ControlSocket>> =>
  listenAt(path, 'gateway', (client) => serve(client, answer));

const COMMANDS = { gateway: 'run', member: 'member' } as const;

/** Asks the gateway, or the member, that listens at `path`. */
export const ask = (
  path: string,
  request: Request,
  who: Who = 'gateway',
): Promise<E.Either<string, Answer>> =>
  new Promise((resolve) => {
    const fault = pathFault(path);
    if (fault !== null) {
      resolve(E.left(fault));
      return;
    }
    let text = '';
    const client = connectTo(path);
    const fail = (why: string): void => {
      client.destroy();
      resolve(
        E.left(
          `no answer from a ${who} on ${path} (${why}); is \`onehost ${COMMANDS[who]}\` running?`,
        ),
      );
    };
    client.setEncoding('utf8');
    client.setTimeout(PATIENCE, () => {
      fail('it is silent');
    });
    client.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EACCES')
        resolve(E.left(`${path} is another user's: only who runs the ${who}, or root, may ask it`));
      fail(cause.message);
    });
    client.on('connect', () => client.write(`${JSON.stringify(request)}\n`));
    client.on('data', (more: string) => {
      text += more;
    });
    client.on('end', () => {
      const answer = readAnswer(text);
      if (E.isRight(answer)) resolve(answer);
      else fail(text === '' ? 'it broke off' : answer.left);
    });
  });
