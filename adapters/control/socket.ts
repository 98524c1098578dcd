// Both ends of the control socket: a Unix socket that only its owner may use.

import { chmodSync, existsSync, mkdirSync, statSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Answer, Request } from './protocol.ts';
import { LONGEST_REQUEST, readAnswer, readRequest } from './protocol.ts';

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

export interface ControlSocket {
  close(): void;
}

/** Node takes a bare number for a port of TCP; with a folder before it, it is a file. */
const fileNamed = (path: string): string => (path.includes('/') ? path : `./${path}`);

/** `sun_path` of unix(7) holds 108 bytes with its end; what is longer would be cut off without a word. */
const LONGEST_PATH = 107;

const pathFault = (path: string): string | null => {
  if (path === '') return 'a control socket needs a path; give one by --socket';
  return Buffer.byteLength(path) > LONGEST_PATH
    ? `${path} is too long for a socket: ${LONGEST_PATH} bytes are the most; give a shorter --socket`
    : null;
};

const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect({ path: fileNamed(path) });
    probe.on('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', () => {
      resolve(false);
    });
  });

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : 'unknown');

/** Listens at `path`, mode 0600. A socket that a dead gateway left behind is replaced. */
export const listen = async (
  path: string,
  answer: Answering,
): Promise<E.Either<string, ControlSocket>> => {
  const fault = pathFault(path);
  if (fault !== null) return E.left(fault);
  if (existsSync(path)) {
    if (!statSync(path).isSocket())
      return E.left(`${path} is there already and is no socket; give another place by --socket`);
    if (await isAlive(path))
      return E.left(`another gateway listens on ${path}; give this one another --socket`);
    try {
      unlinkSync(path);
    } catch (cause) {
      return E.left(`cannot replace ${path}: ${reasonOf(cause)}`);
    }
  }
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    serve(client, answer);
  });
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  } catch (cause) {
    return E.left(
      `cannot make ${dirname(path)}: ${reasonOf(cause)}; give another place by --socket`,
    );
  }
  // Nobody but the owner may connect, not even between bind and chmod.
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path: fileNamed(path) }, resolve);
    });
    chmodSync(path, 0o600);
  } catch (cause) {
    server.close();
    return E.left(`cannot listen on ${path}: ${reasonOf(cause)}; give another place by --socket`);
  } finally {
    process.umask(mask);
  }
  return E.right({
    close: () => {
      server.close();
      // One that has nothing to ask must not keep the process.
      for (const client of clients) client.destroy();
    },
  });
};

/** Asks the gateway that listens at `path`. */
export const ask = (path: string, request: Request): Promise<E.Either<string, Answer>> =>
  new Promise((resolve) => {
    const fault = pathFault(path);
    if (fault !== null) {
      resolve(E.left(fault));
      return;
    }
    let text = '';
    const client = connect({ path: fileNamed(path) });
    const fail = (why: string): void => {
      client.destroy();
      resolve(E.left(`no answer from a gateway on ${path} (${why}); is \`onehost run\` running?`));
    };
    client.setEncoding('utf8');
    client.setTimeout(PATIENCE, () => {
      fail('it is silent');
    });
    client.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EACCES')
        resolve(
          E.left(`${path} is another user's: only who runs the gateway, or root, may ask it`),
        );
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
