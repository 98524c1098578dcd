// How much is answered to who has shown nothing yet: buckets of tokens, so that answers cannot be made a flood. Hellos
// have one of their own: what needs no key takes nothing from who has it.

import type { Reason } from '../reason.ts';
import type { Answers } from '../state.ts';
import type { Turn } from '../turn.ts';
import { alter, count } from '../turn.ts';

/** Answers at once, at most, and how many more each second. */
export const BURST = 512;
export const EACH_SECOND = 256;

/** Whether one more answer may be given, to hellos or of unknown associations; the refusal is counted. */
export const allowed = (turn: Turn, to: keyof Answers): boolean => {
  const { answers } = turn.member;
  const { left, at } = answers[to];
  const now = Math.min(BURST, left + ((turn.now - at) / 1000) * EACH_SECOND);
  const yes = now >= 1;
  alter(turn, { answers: { ...answers, [to]: { left: yes ? now - 1 : now, at: turn.now } } });
  if (!yes) count(turn, 'answers-limited' satisfies Reason);
  return yes;
};
