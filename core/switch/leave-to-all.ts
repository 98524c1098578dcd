// One packet to several nodes: what concerns every node that may be meant.

import { copyOf } from '../wire/bytes.ts';
import type { Arrival } from '../decision/arrival.ts';
import type { Path } from '../decision/path.ts';
import type { Send } from '../decision/send.ts';
import type { Change } from '../decision/tables.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Exit } from './exit.ts';
import { leave } from './leave.ts';

const goesOn = ({ verdict: { kind } }: Decision): boolean => kind !== 'drop' && kind !== 'answer';

/**
 * The packet leaves by every exit that takes it; their next hops differ. There is at least the `first`. The
 * decision is that of the first by which it goes on; of the others stands in `sends` what leaves.
 */
export const leaveToAll = (
  arrival: Arrival,
  path: Path,
  [first, ...others]: readonly [Exit, ...(readonly Exit[])],
  changes: readonly Change[],
): Decision => {
  const decision = leave(arrival, path, first, changes);
  const [second, ...further] = others;
  if (second === undefined) return decision;
  if (!goesOn(decision)) {
    const instead = leaveToAll(arrival, path, [second, ...further], changes);
    return goesOn(instead) ? instead : decision;
  }
  const sends: Send[] = [...decision.sends];
  const more: Change[] = [...decision.changes];
  // A copy: the frame itself is rewritten where it lies, for the first.
  const frame = copyOf(arrival.frame);
  for (const exit of others) {
    const other = leave({ ...arrival, frame }, path, exit, []);
    if (!goesOn(other)) continue;
    const { verdict } = other;
    if (verdict.kind === 'forward' || verdict.kind === 'deliver') {
      const { forwarding } = verdict;
      sends.push({ frame, forwarding, egress: forwarding.egress });
    }
    sends.push(...other.sends);
    more.push(...other.changes);
  }
  return { ...decision, sends, changes: more };
};
