// What becomes of a step that throws: a fault of this program, which is no reason for the member to end. The state
// before it stays, and goes on without what happened.

import * as E from 'fp-ts/lib/Either.js';
import type { Effect } from '../../core/cluster/effect.ts';
import type { Event } from '../../core/cluster/event.ts';
import type { Member } from '../../core/cluster/member.ts';
import { step } from '../../core/cluster/member.ts';

/** So long a round that failed waits for its next attempt, milliseconds. */
const AGAIN_MS = 100;

/** What a step gives; what it threw instead. `now` in milliseconds of the member's clock. */
export const attempt = (
  member: Member,
  event: Event,
  now: number,
): E.Either<Error, readonly [Member, readonly Effect[]]> =>
  E.tryCatch(() => step(member, event, now), E.toError);

/** What is to be done in place of a step that threw, so that nobody waits for ever. */
export const instead = (event: Event, now: number): readonly Effect[] => {
  if (event.kind === 'wake') return [{ kind: 'wake', at: now + AGAIN_MS }];
  if (event.kind === 'leave') return [{ kind: 'report', report: { kind: 'ended' } }];
  if (event.kind !== 'send') return [];
  const outcome = { kind: 'gone', why: 'unreachable' } as const;
  return [{ kind: 'settled', reference: event.reference, outcome }];
};
