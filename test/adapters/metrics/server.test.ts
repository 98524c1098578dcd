import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer, Request } from '../../../adapters/control/protocol.ts';
import type { MetricsServer } from '../../../adapters/metrics/server.ts';
import { serveMetrics } from '../../../adapters/metrics/server.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { ipv4 } from '../../../core/wire/address.ts';

const LOOPBACK = ipv4(0x7f000001);

/** A port that nobody listens on now. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const ROWS: Readonly<Record<string, Answer>> = {
  counters: {
    kind: 'rows',
    rows: [{ of: 'frames', name: 'forwarded', value: 7, meaning: 'on' }],
  },
  nodes: { kind: 'rows', rows: [{ name: 'alpha', state: 'active', connections: 3 }] },
  devices: { kind: 'rows', rows: [] },
};

const rowsOf = (request: Request): Promise<Answer> =>
  Promise.resolve(
    (request.command === 'show' ? ROWS[request.what] : undefined) ?? {
      kind: 'error',
      message: 'there is no such thing',
    },
  );

describe('the server of metrics', () => {
  const open: MetricsServer[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  const serving = async (
    port: number,
    ask = rowsOf,
    address: Ipv4Address = LOOPBACK,
  ): Promise<E.Either<string, MetricsServer>> => {
    const server = await serveMetrics({ address, port }, ask);
    if (E.isRight(server)) open.push(server.right);
    return server;
  };
  const served = async (ask = rowsOf): Promise<string> => {
    const port = await freePort();
    expect(E.isRight(await serving(port, ask))).toBe(true);
    return `http://127.0.0.1:${port}`;
  };

  it('answers GET /metrics, with whatever a scraper asks besides', async () => {
    const at = await served();
    for (const path of ['/metrics', '/metrics?name[]=onehost_connections']) {
      const response = await fetch(`${at}${path}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
      const lines = (await response.text()).split('\n');
      expect(lines).toContain('onehost_frames_total{verdict="forwarded"} 7');
      expect(lines).toContain('onehost_connections{node="alpha"} 3');
    }
    const head = await fetch(`${at}/metrics`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('refuses all else, and says why', async () => {
    const at = await served();
    for (const path of ['/', '/metric', '/metrics/', '//metrics']) {
      const response = await fetch(`${at}${path}`);
      expect([response.status, await response.text()]).toEqual([
        404,
        'there is nothing here but /metrics\n',
      ]);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await fetch(`${at}/metrics`, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
    }
  });

  /** What comes back of these bytes until the server ends the connection. */
  const heard = (at: string, text: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = '';
      const client = connect(Number(new URL(at).port), '127.0.0.1', () => client.write(text));
      client.on('data', (chunk: Buffer) => (answer += chunk.toString()));
      client.on('error', () => client.destroy());
      client.on('close', () => resolve(answer));
    });

  it('takes no request of any size, and waits for no body', async () => {
    const at = await served();
    const long = `GET /metrics HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(10_000)}\r\n\r\n`;
    expect(await heard(at, long)).toMatch(/^HTTP\/1\.1 431 /);
    const body = 'GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n';
    expect(await heard(at, body)).toMatch(/^HTTP\/1\.1 413 /);
    const chunks = 'POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await heard(at, chunks)).toMatch(/^HTTP\/1\.1 405 /);
    expect(await heard(at, 'garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect((await fetch(`${at}/metrics`)).status).toBe(200);
  });

  it('asks once for all who ask at the same time', async () => {
    const questions: string[] = [];
    const waiting: (() => void)[] = [];
    const at = await served(async (request) => {
      questions.push(request.command === 'show' ? request.what : request.command);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return rowsOf(request);
    });
    const request = (more = ''): string => `GET /metrics HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    // All at once on one connection (RFC 9112 section 9.3.2).
    const answers = heard(at, request().repeat(4) + request('Connection: close\r\n'));
    while (waiting.length < 3) await setImmediate();
    for (const go of waiting) go();
    expect((await answers).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(5);
    expect([...questions].sort()).toEqual(['counters', 'devices', 'nodes']);
  });

  it('says that the gateway has ended, or what went wrong', async () => {
    const ended = await served(() => Promise.resolve({ kind: 'error', message: 'it has ended' }));
    const response = await fetch(`${ended}/metrics`);
    expect([response.status, await response.text()]).toEqual([503, 'it has ended\n']);
    const broken = await served(() => Promise.reject(new Error('it broke')));
    expect((await fetch(`${broken}/metrics`)).status).toBe(500);
  });

  it('says who has the port, and which address is none of this machine', async () => {
    const port = await freePort();
    await serving(port);
    expect(await serving(port)).toEqual(
      E.left(
        `metrics: another program listens on 127.0.0.1:${port}; is a second gateway running? give this one another port`,
      ),
    );
    // RFC 5737: nobody's.
    expect(await serving(port, rowsOf, ipv4(0xc0000201))).toEqual(
      E.left(
        'metrics: 192.0.2.1 is no address of this machine; 127.0.0.1 is, and 0.0.0.0 stands for all',
      ),
    );
  });
});
