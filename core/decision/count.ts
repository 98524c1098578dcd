// The name under which a verdict is counted: every frame counts once, and what is not forwarded under its
// reason (D7).

import type { Reason } from './reason.ts';
import type { Verdict } from './verdict.ts';

export type CounterName = 'forwarded' | 'delivered' | Reason;

export const counterOf = (verdict: Verdict): CounterName => {
  if (verdict.kind === 'forward') return 'forwarded';
  if (verdict.kind === 'deliver') return 'delivered';
  return verdict.reason;
};
