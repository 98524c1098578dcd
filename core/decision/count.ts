// The name under which a verdict is counted: every frame counts once, and what is not forwarded under its
// reason (D7).

import type { Reason } from './reason.ts';
import { meaning } from './reason.ts';
import type { Verdict } from './verdict.ts';

export type CounterName = 'forwarded' | 'delivered' | Reason;

/** What a counter counts, in a sentence. */
export const counterMeaning = (name: CounterName): string => {
  if (name === 'forwarded') return 'to a node, or to a host outside';
  return name === 'delivered' ? "to the gateway's own stack" : meaning(name);
};

/** The counter that a verdict adds one to. */
export const counterOf = (verdict: Verdict): CounterName => {
  if (verdict.kind === 'forward') return 'forwarded';
  if (verdict.kind === 'deliver') return 'delivered';
  return verdict.reason;
};
