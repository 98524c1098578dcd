// A member of the cluster on this machine: runs the pure protocol of core/cluster on sockets, the clock and the
// kernel's routing table. It decides nothing itself.

import * as E from 'fp-ts/lib/Either.js';
import type { Direction, Effect, Outcome, Report } from '../../core/cluster/effect.ts';
import type { Event } from '../../core/cluster/event.ts';
import type { NodeId } from '../../core/cluster/identity.ts';
import type { Member } from '../../core/cluster/member.ts';
import { passedOver, start } from '../../core/cluster/member.ts';
import type { ServiceClass } from '../../core/cluster/service-class.ts';
import type { Beginning } from '../../core/cluster/settings.ts';
import type { View } from '../../core/cluster/view.ts';
import { nodeNamed, viewOf } from '../../core/cluster/view.ts';
import type { Address } from '../../core/wire/address.ts';
import type { PathError } from '../udp/error-queue.ts';
import type { Listener, Network, Unsent } from '../udp/network.ts';
import { attempt, instead } from './barrier.ts';

/** What a member tells whoever runs it. */
export interface Hearer {
  /** A message has come; the bytes are the hearer's. */
  message(from: NodeId, message: Uint8Array, serviceClass: ServiceClass): void;
  report(report: Report): void;
  /** The routing directions that are wanted now, all of them. */
  directions(directions: readonly Direction[]): void;
  /** A step threw, which is a fault of this program, and was passed over. Told once a minute at most. */
  failed(event: Event['kind'], error: Error): void;
}

export interface RunningMember {
  /** Sends a message of 1 MiB at most, which is not changed until it is settled; resolves when it is. */
  readonly send: (to: NodeId, message: Uint8Array, serviceClass: ServiceClass) => Promise<Outcome>;
  /** Something else that happens to it: other adapters, keys, seeds. */
  tell(event: Exclude<Event, { readonly kind: 'send' | 'datagram' | 'wake' | 'leave' }>): void;
  /** The table, and what else there is to see; times in milliseconds of the clock. */
  readonly view: () => View;
  /** Datagrams that could not leave. */
  readonly unsent: Unsent;
  /** The computer that people mean by a name; null where the table has none. */
  readonly nodeNamed: (name: string) => NodeId | null;
  /** Leaves in good order; resolves when the others were told, or could not be. */
  leave(): Promise<void>;
  /** Ends at once, as if the power failed. */
  close(): void;
}

/** Milliseconds, of no other clock than this one. */
export type Clock = () => number;

/** The longest that a timer of Node waits, milliseconds. */
const LONGEST_WAIT = 0x7fffffff;
/** Between two failures that are told, milliseconds. */
const TELL_FAILURE_MS = 60_000;

/** Starts a member on sockets that are open for the adapters that it begins with. */
export const runMember = (
  beginning: Beginning,
  makeNetwork: (listener: Pick<Listener, 'datagram' | 'pathError'>) => Network,
  clock: Clock,
  hearer: Hearer,
): RunningMember => {
  const settling = new Map<number, (outcome: Outcome) => void>();
  let references = 0;
  let timer: NodeJS.Timeout | undefined;
  let ended: (() => void) | null = null;
  let closed = false;
  let member: Member;

  let failureToldAt = -Infinity;
  const goOn = (event: Event): readonly Effect[] => {
    const now = clock();
    const result = attempt(member, event, now);
    member = E.isRight(result) ? result.right[0] : passedOver(member);
    if (E.isRight(result)) return result.right[1];
    if (now - failureToldAt >= TELL_FAILURE_MS) {
      failureToldAt = now;
      hearer.failed(event.kind, result.left);
    }
    return instead(event, now);
  };

  const events: Event[] = [];
  let busy = false;
  /** One event after another: what an effect brings about comes after the effects of what brought it about. */
  const happen = (event: Event): void => {
    events.push(event);
    if (busy) return;
    busy = true;
    try {
      for (let next = events.shift(); next !== undefined; next = events.shift()) {
        if (closed) continue;
        goOn(next).forEach(act);
      }
    } finally {
      busy = false;
    }
  };

  const wakeAt = (at: number): void => {
    clearTimeout(timer);
    const wait = Math.min(LONGEST_WAIT, Math.max(0, Math.ceil(at - clock())));
    timer = setTimeout(() => happen({ kind: 'wake' }), wait);
  };

  const report = (told: Report): void => {
    if (told.kind === 'ended') ended?.();
    hearer.report(told);
  };

  const act = (effect: Effect): void => {
    switch (effect.kind) {
      case 'datagram':
        return network.send(effect.adapter, effect.to, effect.dscp, effect.bytes);
      case 'wake':
        return wakeAt(effect.at);
      case 'deliver':
        return hearer.message(effect.from, effect.message, effect.serviceClass);
      case 'settled': {
        const settle = settling.get(effect.reference);
        settling.delete(effect.reference);
        return settle?.(effect.outcome);
      }
      case 'report':
        return report(effect.report);
      case 'routes':
        return hearer.directions(effect.directions);
    }
  };

  const pathError = (adapter: Address, error: PathError): Event =>
    error.kind === 'too-long'
      ? { kind: 'path-mtu', adapter, to: error.to, mtu: error.mtu }
      : { kind: 'refused', adapter, to: error.to };

  const network = makeNetwork({
    datagram: (adapter, from, bytes) => happen({ kind: 'datagram', adapter, from, bytes }),
    pathError: (adapter, error) => happen(pathError(adapter, error)),
  });

  const close = (): void => {
    closed = true;
    clearTimeout(timer);
    network.close();
    for (const settle of settling.values()) settle({ kind: 'gone', why: 'leaving' });
    settling.clear();
  };

  const [first, effects] = start(beginning, clock());
  member = first;
  busy = true;
  effects.forEach(act);
  busy = false;
  return {
    send: (to, message, serviceClass) =>
      new Promise((resolve) => {
        const reference = (references += 1);
        settling.set(reference, resolve);
        happen({ kind: 'send', to, reference, message, serviceClass });
      }),
    tell: happen,
    view: () => viewOf(member),
    unsent: network.unsent,
    nodeNamed: (name) => nodeNamed(member, name),
    leave: () =>
      new Promise((resolve) => {
        ended = () => {
          close();
          resolve();
        };
        happen({ kind: 'leave' });
      }),
    close,
  };
};
