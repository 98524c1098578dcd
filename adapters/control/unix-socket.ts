// A Unix socket that only its owner may use: who listens, and who connects (unix(7)).

import { chmodSync, existsSync, mkdirSync, statSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';

export interface ControlSocket {
  close(): void;
}

/** Who listens at a control socket. */
export type Who = 'gateway' | 'member';

/** Node takes a bare number for a port of TCP; with a folder before it, it is a file. */
const fileNamed = (path: string): string => (path.includes('/') ? path : `./${path}`);

/** `sun_path` of unix(7) holds 108 bytes with its end; what is longer would be cut off without a word. */
const LONGEST_PATH = 107;

export const pathFault = (path: string): string | null => {
  if (path === '') return 'a control socket needs a path; give one by --socket';
  return Buffer.byteLength(path) > LONGEST_PATH
    ? `${path} is too long for a socket: ${LONGEST_PATH} bytes are the most; give a shorter --socket`
    : null;
};

const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connectTo(path);
    probe.on('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', () => {
      resolve(false);
    });
  });

export const connectTo = (path: string): Socket => connect({ path: fileNamed(path) });

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : 'unknown');

/** Listens at `path`, mode 0600. A socket that somebody dead left behind is replaced. */
export const listenAt = async (
  path: string,
  who: Who,
  accept: (client: Socket) => void,
): Promise<E.Either<string, ControlSocket>> => {
  const fault = pathFault(path);
  if (fault !== null) return E.left(fault);
  if (existsSync(path)) {
    if (!statSync(path).isSocket())
      return E.left(`${path} is there already and is no socket; give another place by --socket`);
    if (await isAlive(path))
      return E.left(`another ${who} listens on ${path}; give this one another --socket`);
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
    accept(client);
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
    // Where descriptors run out, whoever connects is not heard; those who have them go on.
    server.on('error', () => undefined);
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
