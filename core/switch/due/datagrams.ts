// Datagrams whose fragments did not all come in time (D3; RFC 1122 section 3.3.2).

import { packetAt } from '../../wire/packet.ts';
import { CODE_REASSEMBLY_TIME_EXCEEDED, TIME_EXCEEDED } from '../../wire/layout/icmp.ts';
import type { Datagram } from '../../decision/datagram.ts';
import type { Change, Tables } from '../../decision/tables.ts';
import { linkSettings } from '../../decision/topology.ts';
import type { Decision } from '../../decision/verdict.ts';
import { icmpError } from '../../host/error.ts';
import { isOverdue } from '../fragment.ts';
import type { Tick } from '../tick.ts';

/** What the sender is told, when the gateway was to put the datagram together and has its first fragment. */
const told = (tables: Tables, datagram: Datagram, now: number): Decision | null => {
  const first = datagram.held.find(({ from }) => from === 0);
  if (first === undefined) return null;
  const { frame } = first;
  const packet = packetAt(frame, first.at);
  if (typeof packet === 'number') return null;
  const ingress = linkSettings(tables.topology, datagram.ingress);
  return icmpError(
    { tables, frame, ingress, packet, datagram: null, now },
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
    const decision = told({ ...tables, errorBudget }, datagram, now);
    if (decision === null) continue;
    for (const change of decision.changes)
      if (change.kind === 'error-budget') errorBudget = change.budget;
    changes.push(...decision.changes);
    decisions.push(decision);
  }
  return { sends: decisions.flatMap(({ sends }) => sends), changes, decisions };
};
