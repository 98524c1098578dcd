// What time alone brings about: next hops asked again or given up, connections forgotten.

import { packetAt } from '../wire/packet.ts';
import { HEADER_LENGTH } from '../wire/layout/ethernet.ts';
import { CODE_HOST_UNREACHABLE, DESTINATION_UNREACHABLE } from '../wire/layout/icmp.ts';
import { icmpError } from '../host/error.ts';
import { ASK_EVERY, ASK_TIMES, arpRequest } from '../host/neighbours.ts';
import { drop } from '../decision/arrival.ts';
import type { Connection } from '../decision/connection/connection.ts';
import { isExpired } from '../decision/connection/phase.ts';
import type { Change, Held, Neighbour, Tables } from '../decision/tables.ts';
import { linkSettings } from '../decision/topology.ts';
import { asIpv4 } from './translate.ts';
import type { Decision } from '../decision/verdict.ts';
import type { Send } from '../decision/send.ts';

/** A neighbour that was not heard for this long is forgotten, milliseconds. */
export const FORGET_AFTER = 600_000;

/** How often `tick` is due while anything is being waited for, milliseconds. */
export const TICK_EVERY = 250;

/** What became of a held packet whose next hop does not answer: its sender is told (RFC 1122 section 2.3.2.2). */
const givenUp = (tables: Tables, held: Held, now: number): Decision => {
  const ingress = linkSettings(tables.topology, held.ingress);
  const packet = packetAt(held.frame, ingress.framing === 'ethernet' ? HEADER_LENGTH : 0);
  if (typeof packet === 'number') return drop('unsound', 'neighbour-unreachable');
  return icmpError(
    { tables, frame: held.frame, ingress, packet, now },
    'frame-level',
    'neighbour-unreachable',
    tables.topology.clusterAddresses.has(packet.destination)
      ? packet.destination
      : ingress.address.address,
    DESTINATION_UNREACHABLE,
    CODE_HOST_UNREACHABLE,
  );
};

/** What a tick does, and the decisions on held packets that it ends. */
export interface Tick {
  readonly sends: readonly Send[];
  readonly changes: readonly Change[];
  readonly decisions: readonly Decision[];
}

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
  neighbour.mac === null
    ? now - neighbour.askedAt >= ASK_EVERY
    : now - neighbour.heardAt >= FORGET_AFTER;

const neighbourTick = (tables: Tables, neighbour: Neighbour, now: number): Tick => {
  if (neighbour.mac !== null)
    return { sends: [], changes: [{ kind: 'neighbour-gone', neighbour }], decisions: [] };
  return neighbour.asked < ASK_TIMES
    ? askAgain(tables, neighbour, now)
    : giveUp(tables, neighbour, now);
};

/** Longest waiting first; the rest of the order only so that every kind of table gives the same. */
const byTurn = (a: Neighbour, b: Neighbour): number =>
  a.askedAt - b.askedAt || a.link - b.link || (a.address < b.address ? -1 : 1);

/** The changes and frames that are due at `now`; call it every `TICK_EVERY` milliseconds. */
export const tick = (tables: Tables, now: number): Tick => {
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
  return { sends, changes, decisions };
};

/** The changes that forget those of `connections` that were idle too long (D5). */
export const ageing = (
  { topology }: Tables,
  connections: Iterable<Connection>,
  now: number,
): readonly Change[] => {
  const changes: Change[] = [];
  for (const connection of connections)
    if (isExpired(connection, topology.timeouts, now))
      changes.push({ kind: 'connection-gone', connection });
  return changes;
};
