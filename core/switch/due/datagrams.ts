// Datagrams whose fragments did not all come in time (D3; RFC 1122 section 3.3.2).

import { packetAt } from '../../wire/packet.ts';
import { CODE_REASSEMBLY_TIME_EXCEEDED, TIME_EXCEEDED } from '../../wire/layout/icmp.ts';
import { drop } from '../../decision/arrival.ts';
import type { Datagram } from '../../decision/datagram.ts';
import type { Change, Tables } from '../../decision/tables.ts';
import { linkSettings } from '../../decision/topology.ts';
import type { Decision } from '../../decision/verdict.ts';
import { icmpError } from '../../host/error.ts';
import { isOverdue } from '../../host/reassembly.ts';
import type { Tick } from './due.ts';

/**
 * What becomes of the fragments that waited. Their sender is told where the gateway was to put them together
 * and has the first, which is what an error quotes.
 */
const givenUp = (tables: Tables, datagram: Datagram, now: number): Decision => {
  const first = datagram.held.find(({ from }) => from === 0);
  const packet = first === undefined ? 0 : packetAt(first.frame, first.at);
  if (first === undefined || typeof packet === 'number')
    return drop('fragment', 'reassembly-overdue');
  const ingress = linkSettings(tables.topology, datagram.ingress);
  return icmpError(
    { tables, frame: first.frame, ingress, packet, datagram: null, now },
    'fragment',
    'reassembly-overdue',
    datagram.destination,
    TIME_EXCEEDED,
    CODE_REASSEMBLY_TIME_EXCEEDED,
  );
};

/** What is due of the datagrams at `now`; the oldest stand first. */
export const overdueDatagrams = (tables: Tables, now: number): Tick => {
  const changes: Change[] = [];
  const decisions: Decision[] = [];
  let { errorBudget } = tables;
  for (const datagram of tables.datagrams.byKey.values()) {
    if (!isOverdue(datagram, now)) break;
    changes.push({ kind: 'datagram-gone', datagram });
    // Of one that was followed or dropped, every fragment that came has been decided.
    if (datagram.held.length === 0) continue;
    const decision = givenUp({ ...tables, errorBudget }, datagram, now);
    for (const change of decision.changes)
      if (change.kind === 'error-budget') errorBudget = change.budget;
    changes.push(...decision.changes);
    decisions.push(decision);
  }
  return { sends: decisions.flatMap(({ sends }) => sends), changes, decisions };
};
