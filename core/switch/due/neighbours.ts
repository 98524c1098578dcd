// Next hops that are due: asked again, given up, forgotten (RFC 1122 section 2.3.2).

import { packetAt } from '../../wire/packet.ts';
import { HEADER_LENGTH } from '../../wire/layout/ethernet.ts';
import { CODE_HOST_UNREACHABLE, DESTINATION_UNREACHABLE } from '../../wire/layout/icmp.ts';
import { icmpError } from '../../host/error.ts';
import { ASK_EVERY, ASK_TIMES, arpRequest, isForgotten, reach } from '../../host/neighbours.ts';
import { drop } from '../../decision/arrival.ts';
import type { Change, Held, Neighbour, Tables } from '../../decision/tables.ts';
import { neighbourKey } from '../../decision/tables.ts';
import { INTERCONNECT, interconnect, linkSettings } from '../../decision/topology.ts';
import { operates } from '../operating.ts';
import { asIpv4 } from '../translate.ts';
import type { Decision } from '../../decision/verdict.ts';
import type { Send } from '../../decision/send.ts';
import type { Tick } from './due.ts';

/** What became of a held packet whose next hop does not answer: its sender is told (RFC 1122 section 2.3.2.2). */
const givenUp = (tables: Tables, held: Held, now: number): Decision => {
  if (held.ingress === null) return drop(held.path, 'neighbour-unreachable');
  const ingress = linkSettings(tables.topology, held.ingress);
  const packet = packetAt(held.frame, ingress.framing === 'ethernet' ? HEADER_LENGTH : 0);
  if (typeof packet === 'number') return drop(held.path, 'neighbour-unreachable');
  return icmpError(
    { tables, frame: held.frame, ingress, packet, datagram: null, now },
    held.path,
    'neighbour-unreachable',
    tables.topology.clusterAddresses.has(packet.destination)
      ? packet.destination
      : ingress.address.address,
    DESTINATION_UNREACHABLE,
    CODE_HOST_UNREACHABLE,
  );
};

const askAgain = (tables: Tables, neighbour: Neighbour, now: number): Tick => {
  const asked: Neighbour = { ...neighbour, askedAt: now, asked: neighbour.asked + 1 };
  const link = linkSettings(tables.topology, neighbour.link);
  return {
    sends: [arpRequest(link, asIpv4(neighbour.address))],
    changes: [{ kind: 'neighbour', neighbour: asked }],
    decisions: [],
  };
};

const giveUp = (tables: Tables, neighbour: Neighbour, now: number): Tick => {
  const decisions: Decision[] = [];
  let { errorBudget } = tables;
  for (const held of neighbour.held) {
    const decision = givenUp({ ...tables, errorBudget }, held, now);
    for (const change of decision.changes)
      if (change.kind === 'error-budget') errorBudget = change.budget;
    decisions.push(decision);
  }
  return {
    sends: decisions.flatMap((decision) => decision.sends),
    changes: [
      { kind: 'neighbour-gone', neighbour },
      { kind: 'error-budget', budget: errorBudget },
    ],
    decisions,
  };
};

const isDue = (neighbour: Neighbour, now: number): boolean =>
  neighbour.mac === null ? now - neighbour.askedAt >= ASK_EVERY : isForgotten(neighbour, now);

const neighbourTick = (tables: Tables, neighbour: Neighbour, now: number): Tick => {
  if (neighbour.mac !== null)
    return { sends: [], changes: [{ kind: 'neighbour-gone', neighbour }], decisions: [] };
  return neighbour.asked < ASK_TIMES
    ? askAgain(tables, neighbour, now)
    : giveUp(tables, neighbour, now);
};

/** Nodes that nothing is known of: where they write the cluster's address, their MAC address tells who sends (A14). */
const unknownNodes = (
  tables: Tables,
  now: number,
): readonly { readonly sends: readonly Send[]; readonly neighbour: Neighbour }[] => {
  const { topology } = tables;
  if (!topology.clusterSources) return [];
  return topology.nodes.flatMap((node) => {
    const address = asIpv4(node.address);
    const isKnown = tables.neighbours.get(neighbourKey(INTERCONNECT, address)) !== undefined;
    if (isKnown || !operates(node)) return [];
    const reached = reach(tables, interconnect(topology), address, now);
    return reached.kind === 'asked' ? [reached] : [];
  });
};

/** Longest waiting first. */
const byTurn = (a: Neighbour, b: Neighbour): number => a.askedAt - b.askedAt;

/** What is due of the neighbour table at `now`. */
export const dueNeighbours = (tables: Tables, now: number): Tick => {
  const due: Neighbour[] = [];
  for (const neighbour of tables.neighbours.values())
    if (isDue(neighbour, now)) due.push(neighbour);
  const sends: Send[] = [];
  const changes: Change[] = [];
  const decisions: Decision[] = [];
  let { errorBudget } = tables;
  for (const neighbour of due.sort(byTurn)) {
    const one = neighbourTick({ ...tables, errorBudget }, neighbour, now);
    for (const change of one.changes)
      if (change.kind === 'error-budget') errorBudget = change.budget;
    sends.push(...one.sends);
    changes.push(...one.changes);
    decisions.push(...one.decisions);
  }
  for (const one of unknownNodes(tables, now)) {
    sends.push(...one.sends);
    changes.push({ kind: 'neighbour', neighbour: one.neighbour });
  }
  return { sends, changes, decisions };
};
