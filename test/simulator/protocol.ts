// The protocol under test: the product's, or one with a fault planted in it.

import type { Effect } from '../../core/cluster/effect.ts';
import type { Event } from '../../core/cluster/event.ts';
import type { Member } from '../../core/cluster/member.ts';
import { start, step } from '../../core/cluster/member.ts';
import type { Beginning } from '../../core/cluster/settings.ts';

export interface Protocol {
  readonly start: (beginning: Beginning, now: number) => readonly [Member, readonly Effect[]];
  readonly step: (
    member: Member,
    event: Event,
    now: number,
  ) => readonly [Member, readonly Effect[]];
}

export const PRODUCT: Protocol = { start, step };
