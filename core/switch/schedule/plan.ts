// What is worked out once for a service, so that choosing a node for a connection is quick (A20).

import type { HashKey } from '../../decision/keyed-hash.ts';
import type { Member, Plan, Scheduler } from '../../decision/schedule.ts';
import { slotsOf } from './maglev.ts';
import { turnsOf } from './turns.ts';

/**
 * The plan of a service for its members, each node once. Gateways with the same members, in the same order,
 * and the same key have the same plan.
 */
export const planOf = (
  scheduler: Scheduler,
  members: readonly Member[],
  hashKey: HashKey,
): Plan => {
  switch (scheduler) {
    case 'round-robin':
      return { kind: 'turns', turns: members.map(({ node }) => node) };
    case 'weighted-round-robin':
      return { kind: 'turns', turns: turnsOf(members) };
    case 'least-connections':
    case 'source-hash':
      return { kind: scheduler, members };
    case 'maglev':
      return { kind: 'maglev', slots: slotsOf(members, hashKey), members };
  }
};
