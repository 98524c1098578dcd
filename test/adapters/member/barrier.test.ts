// A member in which steps throw, as its primitives do: it goes on, and says so.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { instead } from '../../../adapters/member/barrier.ts';
import { runMember } from '../../../adapters/member/member.ts';
import type { RunningMember } from '../../../adapters/member/member.ts';
import { primitives } from '../../../adapters/member/primitives.ts';
import type { Listener } from '../../../adapters/udp/network.ts';
import { parseNodeId } from '../../../core/cluster/identity.ts';
import { DEFAULT_SETTINGS } from '../../../core/cluster/settings.ts';
import { ipv4 } from '../../../core/wire/address.ts';
import { ALPHA, BETA, PORT, adapterAt, bytesOf, identityOf } from '../../core/cluster/computers.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

interface Stage {
  readonly running: RunningMember;
  readonly listener: Pick<Listener, 'datagram'>;
  /** Makes steps throw that draw a secret, or not any more. */
  readonly breaks: (broken: boolean) => void;
  readonly told: string[];
  readonly sent: () => number;
}

const stage = (): Stage => {
  let broken = false;
  let sent = 0;
  const told: string[] = [];
  const listeners: Pick<Listener, 'datagram'>[] = [];
  const running = runMember(
    {
      ...{ settings: DEFAULT_SETTINGS, identity: identityOf('alpha', 1), pinned: null },
      ...{ keys: [bytesOf(9)], adapters: [adapterAt(ALPHA)], gateway: true },
      ...{ seeds: [{ address: ipv4(BETA), port: PORT }], random: bytesOf(1) },
      primitives: {
        ...primitives,
        derive: (...asked) => {
          if (broken) throw new Error('no secret');
          return primitives.derive(...asked);
        },
        sign: (...asked) => {
          if (broken) throw new Error('no signature');
          return primitives.sign(...asked);
        },
      },
    },
    (listener) => {
      listeners.push(listener);
      return {
        ...{ adjust: () => [], close: () => undefined, unsent: { full: 0, noSocket: 0 } },
        send: () => (sent += 1),
      };
    },
    () => Date.now(),
    {
      ...{ message: () => undefined, report: () => undefined, directions: () => undefined },
      failed: (event, error) => told.push(`${event}: ${error.message}`),
    },
  );
  const [listener] = listeners;
  if (listener === undefined) throw new Error('no network was asked for');
  const breaks = (now: boolean): void => void (broken = now);
  return { running, listener, breaks, told, sent: () => sent };
};

describe('a step that throws', () => {
  it('B11: leaves the state before it, is counted, and told once a minute', async () => {
    const { running, breaks, told } = stage();
    const before = running.view();
    breaks(true);
    for (let times = 0; times < 3; times += 1)
      running.tell({ kind: 'adapters', adapters: [adapterAt(BETA)] });
    expect(told).toEqual(['adapters: no signature']);
    const { counters, ...view } = running.view();
    expect(counters).toEqual({ 'step-failed': 3 });
    expect({ ...view, counters: {} }).toEqual(before);
    await vi.advanceTimersByTimeAsync(60_000);
    running.tell({ kind: 'adapters', adapters: [adapterAt(BETA)] });
    expect(told.length).toBe(2);
    breaks(false);
    running.tell({ kind: 'adapters', adapters: [adapterAt(BETA)] });
    expect(running.view().nodes[0]?.adapters[0]?.adapter.address).toBe(ipv4(BETA));
    running.close();
  });

  it('B11: does not stop the rounds: they go on when it is over', async () => {
    const { running, breaks, sent } = stage();
    breaks(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(running.view().counters['step-failed']).toBeGreaterThan(10);
    const before = sent();
    breaks(false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent()).toBeGreaterThan(before);
    running.close();
  });

  it('B11: lets nobody wait who sends or leaves', async () => {
    const { running, breaks } = stage();
    breaks(true);
    await running.leave();
    const [to, message] = [parseNodeId('0'.repeat(32)), bytesOf(7)];
    if (to === null) throw new Error('no id');
    const asked = { kind: 'send', to, reference: 5, message, serviceClass: 'bulk' } as const;
    const outcome = { kind: 'gone', why: 'unreachable' };
    expect(instead(asked, 0)).toEqual([{ kind: 'settled', reference: 5, outcome }]);
  });
});
