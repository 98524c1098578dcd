// Least connections: the node with the fewest for its weight; those that are level, in turn (A20).

import type { Member } from '../../decision/schedule.ts';
import type { Choice, Question } from './question.ts';

export const chooseLeastConnections = (
  members: readonly Member[],
  { cursor, takes, connectionsOf }: Question,
): Choice | null => {
  let least: Member | null = null;
  let connections = 0;
  let next = cursor;
  for (let step = 0; step < members.length; step++) {
    const at = (cursor + step) % members.length;
    const member = members[at];
    if (member === undefined || !takes(member.node)) continue;
    const own = connectionsOf(member.node);
    // own / weight < connections / least.weight
    if (least !== null && own * least.weight >= connections * member.weight) continue;
    least = member;
    connections = own;
    next = (at + 1) % members.length;
  }
  return least === null ? null : { node: least.node, cursor: next };
};
