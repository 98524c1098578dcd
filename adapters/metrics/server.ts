// `GET /metrics` for Prometheus, over HTTP (RFC 9110) at an address of the gateway's machine. Whoever may reach
// it may read it: it tells no address of a host, and takes no orders.

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import type { Endpoint } from '../../core/config/leaf.ts';
import { formatIpv4 } from '../../core/wire/address.ts';
import type { Answer, Request } from '../control/protocol.ts';
import { collect } from './collect.ts';
import type { Exposition } from './exposition.ts';
import { loadExposition } from './exposition.ts';

const PATH = '/metrics';
const PLAIN = 'text/plain; charset=utf-8';

/** A request has no more bytes than this before its end, */
const LONGEST_HEADER = 8192;
/** comes whole within this time, milliseconds, */
const PATIENCE = 5000;
/** and so many may ask at once. */
const MOST_CLIENTS = 32;

export interface MetricsServer {
  close(): void;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const plainly = (status: number, text: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  type: PLAIN,
  text: `${text}\n`,
  headers,
});

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;

/** Why a request is not answered by metrics; null: it is. */
const refusal = (request: IncomingMessage): Reply | null => {
  const [path] = (request.url ?? '').split('?');
  if (path !== PATH) return plainly(404, `there is nothing here but ${PATH}`);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return plainly(405, `${PATH} can be read, and nothing else`, { Allow: 'GET, HEAD' });
  return hasBody(request) ? plainly(413, 'a request for metrics has no body') : null;
};

const send = (request: IncomingMessage, response: ServerResponse, reply: Reply): void => {
  const { status, type, text, headers } = reply;
  // A body that nobody wants is not waited for.
  if (hasBody(request)) response.shouldKeepAlive = false;
  response.writeHead(status, {
    ...headers,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
};

const faultOf = ({ address, port }: Endpoint, code: string | undefined): string => {
  const where = `${formatIpv4(address)}:${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return `metrics: another program listens on ${where}; is a second gateway running? give this one another port`;
    case 'EADDRNOTAVAIL':
      return `metrics: ${formatIpv4(address)} is no address of this machine; 127.0.0.1 is, and 0.0.0.0 stands for all`;
    case 'EACCES':
      return `metrics: this user may not listen on ${where}: take a port from 1024 on`;
    default:
      return `metrics: cannot listen on ${where} (${code ?? 'unknown'})`;
  }
};

const listening = (server: Server, at: Endpoint): Promise<E.Either<string, void>> =>
  new Promise((resolve) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(E.left(faultOf(at, code)));
    });
    server.listen({ host: formatIpv4(at.address), port: at.port }, () => {
      resolve(E.right(undefined));
    });
  });

/** Those who ask while others wait get the same answer: the data plane is not asked more often than it answers. */
const makeTell = (
  exposition: Exposition,
  ask: (request: Request) => Promise<Answer>,
): (() => Promise<Reply>) => {
  let pending: Promise<Reply> | null = null;
  const fresh = async (): Promise<Reply> => {
    try {
      const collected = await collect(ask);
      if (E.isLeft(collected)) return plainly(503, collected.left);
      const text = await exposition.write(collected.right);
      return { status: 200, type: exposition.contentType, text };
    } catch (error) {
      return plainly(500, error instanceof Error ? error.message : String(error));
    } finally {
      pending = null;
    }
  };
  return () => (pending ??= fresh());
};

/** Listens, and answers by what `ask` gives, which does not fail; or a sentence that says why it cannot. */
export const serveMetrics = async (
  at: Endpoint,
  ask: (request: Request) => Promise<Answer>,
): Promise<E.Either<string, MetricsServer>> => {
  const tell = makeTell(await loadExposition(), ask);
  const server = createServer(
    {
      maxHeaderSize: LONGEST_HEADER,
      headersTimeout: PATIENCE,
      requestTimeout: PATIENCE,
      connectionsCheckingInterval: PATIENCE,
    },
    (request, response) => {
      const refused = refusal(request);
      const reply = refused === null ? tell() : Promise.resolve(refused);
      void reply.then((one) => {
        send(request, response, one);
      });
    },
  );
  server.maxConnections = MOST_CLIENTS;
  const begun = await listening(server, at);
  if (E.isLeft(begun)) return begun;
  // When descriptors run out, one client is not heard; the gateway goes on.
  server.on('error', () => undefined);
  return E.right({
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  });
};
