// Source hash: all connections of a host go to the same node, as long as that takes them (A20).

import type { Member } from '../../decision/schedule.ts';
import type { Choice, Question } from './question.ts';
import { highestDraw } from './rendezvous.ts';

export const chooseBySource = (
  members: readonly Member[],
  { cursor, source, hashKey, takes }: Question,
): Choice | null => {
  const node = highestDraw(members, hashKey, source, takes);
  return node === null ? null : { node, cursor };
};
