// What became of a message, in a sentence.

import type { Outcome, Refusal } from '../../core/cluster/effect.ts';

type Gone = Extract<Outcome, { readonly kind: 'gone' }>['why'];

const GONE: Readonly<Record<Gone, string>> = {
  left: 'has left the cluster',
  restarted: 'has started anew',
  unreachable: 'could not be reached',
  leaving: 'was not waited for: this computer leaves',
};

const REFUSED: Readonly<Record<Refusal, string>> = {
  'unknown-node': 'is not in the table',
  'too-long': 'gets messages of 1 MiB at most',
  'queue-full': 'has too many messages before this one',
  left: 'cannot be sent to: this computer has left',
};

/** Null when it arrived; `node` is how people named the computer. */
export const outcomeSentence = (outcome: Outcome, node: string): string | null => {
  if (outcome.kind === 'acknowledged') return null;
  const what = outcome.kind === 'gone' ? GONE[outcome.why] : REFUSED[outcome.why];
  return `${node} ${what}`;
};
