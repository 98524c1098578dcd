// The data plane as the main thread has it: one thread, or several, each of which has a queue of every device and
// the hosts whose frames come there. To those who ask they are one.

import { MessageChannel } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import type { Link, Topology } from '../../core/decision/topology.ts';
import type { Answer, Request } from '../control/protocol.ts';
import type { Opened } from '../opened.ts';
import { makeBell } from './bell.ts';
import { merged } from './merge.ts';
import type { DeviceState, Order, Peer, Way } from './message.ts';
import { topologyShare } from './share.ts';
import { sinceBoot } from './time.ts';
import type { Thread } from './thread.ts';
import { startThread } from './thread.ts';

/** What is told of devices and of the threads themselves. */
export interface Listener {
  /** A device cannot be read any more, by anyone. */
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
  /** Resolves when all threads have ended; rejects with what one died of, when the others have ended too. */
  readonly ended: Promise<void>;
}

/** What a worker has of a device: its own queue. */
const queueOf = (device: Opened, worker: number): Opened => {
  const own = device.descriptors[worker];
  return { ...device, descriptors: own === undefined ? [] : [own] };
};

const makeBells = (count: number): E.Either<string, readonly number[]> => {
  const bells: number[] = [];
  for (let worker = 0; worker < count; worker++) {
    const bell = makeBell();
    if (E.isLeft(bell)) return bell;
    bells.push(bell.right);
  }
  return E.right(bells);
};

/** For each worker what it reaches the others by. */
const introduce = (bells: readonly number[]): readonly (readonly Peer[])[] => {
  const peers: Peer[][] = bells.map(() => []);
  bells.forEach((bell, one) => {
    for (let other = 0; other < one; other++) {
      const { port1, port2 } = new MessageChannel();
      peers[one]?.push({ port: port1, bell: bells[other] ?? -1 });
      peers[other]?.push({ port: port2, bell });
    }
  });
  return peers;
};

/** A device is lost when each of the threads has told it: until then its descriptors may be in use. */
const makeLosses = (workers: number, listener: Listener) => {
  const tellers = new Map<Link, Set<number>>();
  /** How many devices each link was given after the first. */
  const nths = new Map<Link, number>();
  return {
    told: (worker: number, link: Link, nth: number, reason: string): void => {
      // What was replaced meanwhile is lost no more.
      if (nth !== (nths.get(link) ?? 0)) return;
      const told = (tellers.get(link) ?? new Set()).add(worker);
      tellers.set(link, told);
      if (told.size < workers) return;
      tellers.delete(link);
      listener.lost(link, reason);
    },
    /** Gives the number of the device that a link is given now. */
    attached: (link: Link): number => {
      tellers.delete(link);
      const nth = (nths.get(link) ?? 0) + 1;
      nths.set(link, nth);
      return nth;
    },
  };
};

/** When one dies the others are told to stop: what it had of frames nobody else takes. */
const endOf = (threads: readonly Thread[], stop: () => void): Promise<void> =>
  Promise.allSettled(
    threads.map(({ ended }) =>
      ended.catch((cause: unknown) => {
        stop();
        throw cause;
      }),
    ),
  ).then((endings) => {
    for (const ending of endings) if (ending.status === 'rejected') throw ending.reason;
  });

/**
 * Starts the threads, as many as each of the devices has queues at least, and gives the plane when frames flow;
 * or a sentence that says why they do not.
 */
export const startPlane = async (
  topology: Topology,
  devices: readonly (Opened | null)[],
  workers: number,
  way: Way,
  listener: Listener,
): Promise<E.Either<string, Plane>> => {
  const bells = makeBells(workers);
  if (E.isLeft(bells)) return bells;
  const began = sinceBoot();
  const losses = makeLosses(workers, listener);
  const threads = introduce(bells.right).map((peers, worker) =>
    startThread(
      {
        worker,
        topology: topologyShare(topology, workers),
        devices: devices.map((device) => (device === null ? null : queueOf(device, worker))),
        way,
        bell: bells.right[worker] ?? -1,
        peers,
        began,
      },
      (link, nth, reason) => {
        losses.told(worker, link, nth, reason);
      },
    ),
  );
  const post = (order: Order): void => {
    for (const thread of threads) thread.post(order);
  };
  const stop = (): void => {
    post({ kind: 'stop' });
  };
  const ended = endOf(threads, stop);
  const ready = await Promise.all(threads.map((thread) => thread.ready));
  let fallback: string | null = null;
  for (const one of ready) {
    if (E.isLeft(one)) {
      await ended.catch(() => undefined);
      return one;
    }
    fallback ??= one.right;
  }

  const askAll = async (orderOf: (number: number) => Order): Promise<readonly Answer[]> =>
    Promise.all(threads.map((thread) => thread.ask(orderOf)));

  return E.right({
    fallback,
    ask: async (request) =>
      merged(request, await askAll((number) => ({ kind: 'ask', number, request }))),
    adopt: async (next) => {
      const share = topologyShare(next, workers);
      return merged(null, await askAll((number) => ({ kind: 'adopt', number, topology: share })));
    },
    attach: (link, device) => {
      const nth = losses.attached(link);
      threads.forEach((thread, worker) => {
        thread.post({ kind: 'attach', link, device: queueOf(device, worker), nth });
      });
    },
    tell: (link, state, mtu) => {
      post({ kind: 'device', link, state, mtu });
    },
    stop,
    ended,
  });
};
