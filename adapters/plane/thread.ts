// The main thread's end of one of the data plane's threads: starts it, asks it, and is told what it finds.

import type { Transferable } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import type { Link } from '../../core/decision/topology.ts';
import type { Answer } from '../control/protocol.ts';
import type { Row } from '../control/views.ts';
import { libc } from '../linux/libc.ts';
import { ringerOf } from './bell.ts';
import type { Order, Report, Start } from './message.ts';

export interface Thread {
  /** When frames flow: why they do not by io_uring, or null; or a sentence that says why they do not at all. */
  readonly ready: Promise<E.Either<string, string | null>>;
  readonly ask: (orderOf: (number: number) => Order) => Promise<Answer>;
  readonly post: (order: Order) => void;
  /** Resolves when it has ended; rejects with what it died of. */
  readonly ended: Promise<void>;
}

const WORKER = new URL('./worker.js', import.meta.url);

interface Question {
  /** Those that came so far. */
  readonly rows: Row[];
  readonly answered: (answer: Answer) => void;
}

/** Starts it; its bell is closed when it has ended. `lost` is called where it cannot read a device any more. */
export const startThread = (
  started: Omit<Start, 'ending'>,
  lost: (link: Link, nth: number, reason: string) => void,
): Thread => {
  const ring = ringerOf(started.bell);
  const ending = new SharedArrayBuffer(4);
  const start: Start = { ...started, ending };
  const transferList: Transferable[] = start.peers.map(({ port }) => port);
  const worker = new Worker(WORKER, { workerData: start, transferList });
  // The thread sleeps in the kernel, where nothing but the bell wakes it: a process that ends would wait for it.
  const end = (): void => {
    Atomics.store(new Int32Array(ending), 0, 1);
    ring();
  };
  process.on('exit', end);

  const questions = new Map<number, Question>();
  let asked = 0;
  const post = (order: Order): void => {
    worker.postMessage(order);
    ring();
  };

  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      process.off('exit', end);
      libc().close(started.bell);
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

  const ready = new Promise<E.Either<string, string | null>>((resolve) => {
    worker.on('message', (report: Report) => {
      switch (report.kind) {
        case 'ready':
          return resolve(E.right(report.fallback));
        case 'rows':
          return void questions.get(report.number)?.rows.push(...report.rows);
        case 'answer':
          return answered(report.number, report.answer);
        case 'lost':
          return lost(report.link, report.nth, report.reason);
      }
    });
    ended.catch((cause: unknown) => {
      resolve(E.left(cause instanceof Error ? cause.message : String(cause)));
    });
  });

  return {
    ready,
    ask: (orderOf) =>
      new Promise((resolve) => {
        const number = asked++;
        questions.set(number, { rows: [], answered: resolve });
        post(orderOf(number));
      }),
    post,
    ended,
  };
};
