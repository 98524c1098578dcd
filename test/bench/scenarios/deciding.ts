// What the pure core takes to decide: for a connection that is there, and for a new one.

import { decide } from '../../../core/switch/decide.ts';
import { step } from '../../../core/simulate/simulate.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { apply } from '../../../core/decision/tables.ts';
import type { Contestant } from '../contestant.ts';
import { NOW } from '../contestant.ts';
import type { Arriving } from '../handshakes.ts';
import { NEW, handshakes } from '../handshakes.ts';
import { race } from '../rounds.ts';
import { established } from '../traffic.ts';
import { immutableTables, makeWorld } from '../world.ts';
import type { Scenario } from './scenario.ts';

/** Decisions about frames that change nothing. */
export const deciding = (
  name: string,
  tables: Tables,
  arriving: readonly Arriving[],
): Contestant => ({
  name,
  run: () => {
    let forwarded = 0;
    for (const { frame, ingress } of arriving)
      if (decide(tables, frame, ingress, NOW).verdict.kind === 'forward') forwarded++;
    return { items: forwarded };
  },
});

/** Whole steps from the same tables: the decision, its changes, and the frames that leave. */
export const stepping = (
  name: string,
  start: Tables,
  arriving: readonly Arriving[],
): Contestant => ({
  name,
  run: () => {
    let tables = start;
    let sent = 0;
    for (const { frame, ingress } of arriving) {
      const done = step(tables, frame, ingress, NOW);
      ({ tables } = done);
      sent += done.outputs.length;
    }
    return { items: sent };
  },
});

const FLOWS = 10_000;
const OFTEN = 10_000;

/** Decisions about SYNs, with their changes. */
const opening = (name: string, start: Tables, arriving: readonly Arriving[]): Contestant => ({
  name,
  run: () => {
    const before = start.connections.size;
    let tables = start;
    for (const { frame, ingress } of arriving)
      tables = apply(tables, decide(tables, frame, ingress, NOW).changes);
    return { items: tables.connections.size - before };
  },
});

const known = 'a known connection, decided among 10,000';
const fresh = 'a new connection, decided among 10,000';

export const DECIDING: readonly Scenario[] = [
  {
    name: known,
    run: (_, rounds) => {
      const { of, tables } = makeWorld(FLOWS);
      const { ingressOf, next } = established(of, FLOWS, 64);
      const arriving = Array.from({ length: OFTEN }, (__, n): Arriving => {
        const ingress = ingressOf(n);
        return { ingress, frame: next(ingress) };
      });
      const immutable = immutableTables(of, FLOWS);
      const contestants = [
        deciding('pure core, decide', immutable, arriving),
        stepping('pure core, decide, apply and rewrite', immutable, arriving),
        deciding('decide by the tables of the running gateway', tables, arriving),
      ];
      return { scenario: known, item: 'frame', figures: race(contestants, rounds), notes: [] };
    },
  },
  {
    name: fresh,
    run: (_, rounds) => {
      const { of, tables } = makeWorld(FLOWS, NEW);
      const arriving = handshakes(of).map(([first]) => first);
      const forget = (): void => {
        for (const one of [...tables.connections.values()].slice(FLOWS))
          tables.connections.without(one);
      };
      const contestants = [
        opening('pure core, decide and apply', immutableTables(of, FLOWS), arriving),
        opening('decide and apply by the tables of the running gateway', tables, arriving),
      ];
      const figures = race(contestants, rounds, forget);
      return { scenario: fresh, item: 'connection', figures, notes: [] };
    },
  },
];
