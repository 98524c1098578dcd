// By which road the pipeline passed a frame on, told by what the pure core decided about the same frame; and
// how often each was taken. Without it nobody could tell a property about the pipeline from one about nothing.

import { PROTOCOL_TCP } from '../../core/wire/layout/ipv4.ts';
import type { Decision } from '../../core/decision/verdict.ts';
import type { NonSpecificPorts } from '../../core/decision/topology.ts';
import { isUntranslated } from '../../core/switch/follow.ts';
import type { Kernels } from '../../adapters/gateway/kernels.ts';

/** How many frames the pipeline passed on, by road; also those behind a frame of their batch that went up. */
export type Roads = Map<string, number>;

export const BEHIND = 'behind a frame that went up';

const NO_ROAD = 'where the core passes nothing on';

/** The road of a frame that the core decided so. */
export const roadOf = ({ verdict, path }: Decision, ports: NonSpecificPorts | null): string => {
  if (verdict.kind !== 'forward') return NO_ROAD;
  const { follows, forwarding } = verdict;
  if (follows !== null) {
    const { connection, side } = follows;
    const protocol = connection.protocol === PROTOCOL_TCP ? 'TCP' : 'UDP';
    const ends = `opened by the ${connection.openedBy}, from the ${side}`;
    if (!isUntranslated(connection)) return `${protocol} ${ends}`;
    return forwarding.rewrite === null
      ? `${protocol} as it is, ${ends}`
      : `${protocol} of management, ${ends}`;
  }
  const how = forwarding.rewrite === null ? ' as it is' : '';
  if (path === 'inbound-node') return `service of one node${how}`;
  if (path === 'inbound-function') return `NFS by filehandle${how}`;
  if (path === 'inbound-non-specific')
    return `non-specific by ${ports?.algorithm ?? 'nothing'}${how}`;
  return path === 'outgoing' ? `answer without an entry${how}` : NO_ROAD;
};

export const tally = (roads: Roads, road: string, frames = 1): void => {
  roads.set(road, (roads.get(road) ?? 0) + frames);
};

/** The same kernels; `passed` is told of every run of slots whose frames the pipeline passed on. */
export const watched = (kernels: Kernels, passed: (from: number, to: number) => void): Kernels => ({
  ...kernels,
  repeat: (from, count, now) => {
    const to = kernels.repeat(from, count, now);
    passed(from, to);
    return to;
  },
});
