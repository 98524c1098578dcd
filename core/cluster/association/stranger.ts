// Datagrams under a cluster key that is not known here: counted, and told, as a wrong key file is the likely reason.

import type { Endpoint } from '../endpoint.ts';
import type { Turn } from '../turn.ts';
import { alter, count, report } from '../turn.ts';

/** Anybody can send them: no more than one in so long is told, ms. */
export const TOLD_MS = 60_000;

/** Counts a datagram from `from`, and reports it where none was lately. */
export const keyUnknown = (turn: Turn, from: Endpoint): void => {
  count(turn, 'key-unknown');
  if (turn.now - turn.member.strangerAt < TOLD_MS) return;
  alter(turn, { strangerAt: turn.now });
  report(turn, { kind: 'key-unknown', from });
};
