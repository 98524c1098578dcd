// The assignment of a node to a new connection (figure 10, A20, claim 14).

import type { Plan } from '../../decision/schedule.ts';
import { chooseLeastConnections } from './least-connections.ts';
import { chooseBySlot } from './maglev.ts';
import type { Choice, Question } from './question.ts';
import { chooseBySource } from './source-hash.ts';
import { chooseByTurns } from './turns.ts';

/** The node that gets the connection; null when there is none that takes it. */
export const choose = (plan: Plan, question: Question): Choice | null => {
  switch (plan.kind) {
    case 'turns':
      return chooseByTurns(plan.turns, question);
    case 'least-connections':
      return chooseLeastConnections(plan.members, question);
    case 'source-hash':
      return chooseBySource(plan.members, question);
    case 'maglev':
      return chooseBySlot(plan.slots, plan.members, question);
  }
};
