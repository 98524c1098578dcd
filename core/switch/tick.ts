// What time alone brings about: next hops asked again or given up, nodes asked for their ports, hosts of
// connections without a node told, what is old forgotten.

import type { Connection } from '../decision/connection/connection.ts';
import { hasNode } from '../decision/connection/lookup.ts';
import { isExpired } from '../decision/connection/phase.ts';
import type { Change, Tables } from '../decision/tables.ts';
import { overdueDatagrams } from './due/datagrams.ts';
import type { Tick } from './due/due.ts';
import { dueNeighbours } from './due/neighbours.ts';
import { inquiries } from './inquiry.ts';
import { probes } from './due/orphans.ts';
import { orphaned } from './orphans.ts';
import { waysOver } from './way-out.ts';

/** How often `tick` is due, milliseconds. */
export const TICK_EVERY = 250;

const errorBudgetAfter = (tables: Tables, changes: readonly Change[]): Tables => {
  const last = changes.findLast((change) => change.kind === 'error-budget');
  return last?.kind === 'error-budget' ? { ...tables, errorBudget: last.budget } : tables;
};

const NOTHING = { sends: [], changes: [] } as const;

/**
 * The changes and frames that are due at `now`; call it every `TICK_EVERY` milliseconds. Of several gateways that
 * tell each other (see core/switch/news.ts) only one is to have the nodes asked for their ports.
 */
export const tick = (tables: Tables, now: number, asksNodes = true): Tick => {
  const neighbours = dueNeighbours(tables, now);
  const datagrams = overdueDatagrams(errorBudgetAfter(tables, neighbours.changes), now);
  const asked = asksNodes ? inquiries(tables, now) : NOTHING;
  const probed = probes(tables, now);
  return {
    sends: [...neighbours.sends, ...datagrams.sends, ...asked.sends, ...probed.sends],
    changes: [
      ...neighbours.changes,
      ...datagrams.changes,
      ...asked.changes,
      ...probed.changes,
      ...waysOver(tables, now),
    ],
    decisions: [...neighbours.decisions, ...datagrams.decisions],
  };
};

/**
 * The changes that forget those of `connections` that were idle too long (D5), and make orphans of those
 * whose node is gone (A21); it stops looking after `most` changes or a few more. To be applied before the
 * tick, which tells the orphans' hosts.
 */
export const ageing = (
  { topology }: Tables,
  connections: Iterable<Connection>,
  now: number,
  most = Number.POSITIVE_INFINITY,
): readonly Change[] => {
  const changes: Change[] = [];
  for (const connection of connections) {
    if (isExpired(connection, topology.timeouts, now))
      changes.push({ kind: 'connection-gone', connection });
    else if (!hasNode(topology, connection)) changes.push(...orphaned(connection));
    if (changes.length >= most) break;
  }
  return changes;
};
