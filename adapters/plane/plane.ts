// The main thread's end of the data plane: starts its thread, asks it, and is told what it finds.

import { Worker } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import type { Link, Topology } from '../../core/decision/topology.ts';
import type { Answer, Request } from '../control/protocol.ts';
import type { Row } from '../control/views.ts';
import { explainErrno } from '../linux/errno.ts';
import { EFD_CLOEXEC, EFD_NONBLOCK, libc } from '../linux/libc.ts';
import type { Opened } from '../opened.ts';
import type { DeviceState, Order, Report, Start, Way } from './message.ts';

/** What is told of devices and of the thread itself. */
export interface Listener {
  /** A device cannot be read any more. */
  lost(link: Link, reason: string): void;
}

export interface Plane {
  /** Why frames do not flow by io_uring; null: they do, or were not to. */
  readonly fallback: string | null;
  readonly ask: (request: Request) => Promise<Answer>;
  /** The gateway goes over to another topology with the same links. */
  readonly adopt: (topology: Topology) => Promise<Answer>;
  /** A link's device is there again. */
  attach(link: Link, device: Opened): void;
  /** What is known of a link's device; the MTU in bytes. */
  tell(link: Link, state: DeviceState, mtu: number): void;
  readonly stop: () => void;
  /** Resolves when the thread has ended; rejects with what it died of. */
  readonly ended: Promise<void>;
}

const WORKER = new URL('./worker.js', import.meta.url);

interface Question {
  /** Those that came so far. */
  readonly rows: Row[];
  readonly answered: (answer: Answer) => void;
}

/** Starts the thread, and gives the plane when frames flow; or a sentence that says why it does not. */
export const startPlane = async (
  topology: Topology,
  devices: readonly (Opened | null)[],
  way: Way,
  listener: Listener,
): Promise<E.Either<string, Plane>> => {
  const c = libc();
  const bell = c.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (bell < 0) return E.left(`cannot make an eventfd (${explainErrno(c.errno())})`);
  const one = Buffer.alloc(8);
  one.writeBigUInt64LE(1n);
  const oneAddress = c.addressOf(one);
  const ring = (): void => void c.write(bell, oneAddress, one.length);

  const ending = new SharedArrayBuffer(4);
  const start: Start = { topology, devices, way, bell, ending };
  const worker = new Worker(WORKER, { workerData: start });
  // The thread sleeps in the kernel, where nothing but the bell wakes it: a process that ends would wait for it.
  const end = (): void => {
    Atomics.store(new Int32Array(ending), 0, 1);
    ring();
  };
  process.on('exit', end);

  /** How many devices each link was given after the first. */
  const nths = new Map<Link, number>();
  const questions = new Map<number, Question>();
  let asked = 0;
  const post = (order: Order): void => {
    worker.postMessage(order);
    ring();
  };
  const question = (orderOf: (number: number) => Order): Promise<Answer> =>
    new Promise((resolve) => {
      const number = asked++;
      questions.set(number, { rows: [], answered: resolve });
      post(orderOf(number));
    });

  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      process.off('exit', end);
      c.close(bell);
      const gone: Answer = { kind: 'error', message: 'the gateway has ended' };
      for (const { answered } of questions.values()) answered(gone);
      resolve();
    });
  });

  const answered = (number: number, answer: Answer): void => {
    const asker = questions.get(number);
    questions.delete(number);
    if (asker === undefined) return;
    if (answer.kind === 'rows') asker.rows.push(...answer.rows);
    asker.answered(answer.kind === 'rows' ? { kind: 'rows', rows: asker.rows } : answer);
  };

  const makePlane = (fallback: string | null): Plane => ({
    fallback,
    ask: (request) => question((number) => ({ kind: 'ask', number, request })),
    adopt: (next) => question((number) => ({ kind: 'adopt', number, topology: next })),
    attach: (link, device) => {
      const nth = (nths.get(link) ?? 0) + 1;
      nths.set(link, nth);
      post({ kind: 'attach', link, device, nth });
    },
    tell: (link, state, mtu) => {
      post({ kind: 'device', link, state, mtu });
    },
    stop: () => {
      post({ kind: 'stop' });
    },
    ended,
  });

  return new Promise((resolve) => {
    worker.on('message', (report: Report) => {
      switch (report.kind) {
        case 'ready':
          return resolve(E.right(makePlane(report.fallback)));
        case 'rows':
          return void questions.get(report.number)?.rows.push(...report.rows);
        case 'answer':
          return answered(report.number, report.answer);
        case 'lost':
          // What was replaced meanwhile is lost no more.
          if (report.nth === (nths.get(report.link) ?? 0))
            listener.lost(report.link, report.reason);
      }
    });
    ended.catch((cause: unknown) => {
      resolve(E.left(cause instanceof Error ? cause.message : String(cause)));
    });
  });
};
