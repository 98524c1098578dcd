// One packet to several nodes: what concerns every node that may be meant.

import { copyOf } from '../wire/bytes.ts';
import type { Arrival } from '../decision/arrival.ts';
import type { Path } from '../decision/path.ts';
import type { Send } from '../decision/send.ts';
import type { Change } from '../decision/tables.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Exit } from './leave.ts';
import { leave } from './leave.ts';

/** The packet leaves by every exit; their next hops differ. There is at least the `first`. */
export const leaveToAll = (
  arrival: Arrival,
  path: Path,
  [first, ...others]: readonly [Exit, ...(readonly Exit[])],
  changes: readonly Change[],
): Decision => {
  const decision = leave(arrival, path, first, changes);
  if (others.length === 0) return decision;
  const sends: Send[] = [...decision.sends];
  const more: Change[] = [...decision.changes];
  // A copy: the frame itself is rewritten where it lies, for the first.
  const frame = copyOf(arrival.frame);
  for (const exit of others) {
    const { verdict, ...also } = leave({ ...arrival, frame }, path, exit, []);
    if (verdict.kind === 'forward' || verdict.kind === 'deliver') {
      const { forwarding } = verdict;
      sends.push({ frame, forwarding, egress: forwarding.egress });
    }
    sends.push(...also.sends);
    more.push(...also.changes);
  }
  return { ...decision, sends, changes: more };
};
