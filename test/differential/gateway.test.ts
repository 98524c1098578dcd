// The running gateway (tables in place, kernels in WebAssembly) gives the same frames, counters and tables
// as the pure core, for every sequence of frames.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryLink } from '../../adapters/memory/link.ts';
import { memoryLink } from '../../adapters/memory/link.ts';
import type { Gateway } from '../../adapters/gateway/gateway.ts';
import { makeGateway } from '../../adapters/gateway/gateway.ts';
import { setNode } from '../../core/switch/administration.ts';
import { counterOf } from '../../core/decision/count.ts';
import type { Output } from '../../core/simulate/simulate.ts';
import { outputOf, step } from '../../core/simulate/simulate.ts';
import { emptyTables } from '../../core/switch/start.ts';
import type { Change, Tables } from '../../core/decision/tables.ts';
import { apply } from '../../core/decision/tables.ts';
import { ageing, tick } from '../../core/switch/tick.ts';
import type { NodeState, Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT, LOCAL } from '../../core/decision/topology.ts';
import type { Arriving } from '../arbitraries/cluster.ts';
import { arriving } from '../arbitraries/cluster.ts';
import { CAMPUS, topology } from '../core/switch/laboratory.ts';

type Event =
  | { readonly kind: 'frame'; readonly arriving: Arriving }
  | { readonly kind: 'tick'; readonly milliseconds: number }
  | { readonly kind: 'set'; readonly node: number; readonly state: NodeState };

const events = (of: Topology): fc.Arbitrary<readonly Event[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: arriving(of).map((one): Event => ({ kind: 'frame', arriving: one })),
      },
      {
        weight: 2,
        arbitrary: fc
          .constantFrom(250, 1000, 61_000, 241_000, 8_000_000)
          .map((milliseconds): Event => ({ kind: 'tick', milliseconds })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.nat({ max: 2 }), fc.constantFrom<NodeState>('active', 'drain', 'down'))
          .map(([node, state]): Event => ({ kind: 'set', node, state })),
      },
    ),
    { maxLength: 120, size: 'max' },
  );

const hex = (frame: Uint8Array): string => Buffer.from(frame).toString('hex');
const written = (outputs: readonly Output[], link: number): readonly string[] =>
  outputs.filter(({ egress }) => egress === link).map(({ frame }) => hex(frame));

/** What the tables hold, whatever holds it. */
const contents = ({ connections, cursors, neighbours, errorBudget, topology: of }: Tables) => ({
  byOutside: [...connections.byOutside.values()].map((one) => JSON.stringify(one)).sort(),
  byInside: [...connections.byInside.values()].map((one) => JSON.stringify(one)).sort(),
  cursors: [...of.services.keys()].map((key) => cursors.get(key)),
  neighbours: [...neighbours.values()]
    .map((one) => JSON.stringify({ ...one, held: one.held.length }))
    .sort(),
  errorBudget,
  nodes: of.nodes,
});

interface Both {
  readonly gateway: Gateway;
  readonly devices: readonly (MemoryLink | null)[];
  tables: Tables;
  readonly counts: Map<string, number>;
  now: number;
}

const count = (both: Both, name: string): void => {
  both.counts.set(name, (both.counts.get(name) ?? 0) + 1);
};

const compareOutputs = ({ devices }: Both, outputs: readonly Output[]): void => {
  for (const link of [INTERCONNECT, LOCAL, CAMPUS])
    expect(devices[link]?.taken().map(hex) ?? []).toEqual(written(outputs, link));
};

const happen = (both: Both, event: Event): void => {
  if (event.kind === 'frame') {
    both.now += 1;
    const { link, frame } = event.arriving;
    const one = step(both.tables, frame, link, both.now);
    both.tables = one.tables;
    count(both, counterOf(one.decision.verdict));
    both.devices[link]?.push(frame);
    both.gateway.take(link);
    compareOutputs(both, one.outputs);
    return;
  }
  if (event.kind === 'set') {
    both.tables = apply(both.tables, setNode(both.tables, event.node, event.state));
    both.gateway.change(setNode(both.gateway.tables, event.node, event.state));
    return;
  }
  both.now += event.milliseconds;
  const due = tick(both.tables, both.now);
  const aged = ageing(both.tables, both.tables.connections.byOutside.values(), both.now);
  both.tables = apply(both.tables, [...due.changes, ...aged] as readonly Change[]);
  for (const { verdict } of due.decisions) count(both, counterOf(verdict));
  both.gateway.tick();
  // The running gateway ages its table piece by piece and needs a turn to start over.
  both.gateway.tick();
  compareOutputs(both, due.sends.map(outputOf));
};

const run = (of: Topology, all: readonly Event[]): void => {
  const devices = of.links.map((link) =>
    link === null ? null : memoryLink(link.name, link.framing, link.mtu),
  );
  const both: Both = {
    devices,
    tables: emptyTables(of),
    counts: new Map(),
    now: 0,
    gateway: makeGateway(of, devices, () => both.now),
  };
  for (const one of all) {
    happen(both, one);
    expect(contents(both.gateway.tables)).toEqual(contents(both.tables));
  }
  expect(new Map(both.gateway.counters.verdicts)).toEqual(both.counts);
};

describe('the running gateway is the pure core', () => {
  it('C1 C2 D7: same frames, counters and tables for every sequence', () => {
    const of = topology();
    fc.assert(
      fc.property(events(of), (all) => {
        run(of, all);
      }),
      { numRuns: 150 },
    );
  });

  it('also with a narrow interconnect and a stack of its own', () => {
    const of = topology({
      interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.1/24', mtu: 576 },
      local: { tun: 'oh-local' },
      unmatched: 'drop',
    });
    fc.assert(
      fc.property(events(of), (all) => {
        run(of, all);
      }),
      { numRuns: 75 },
    );
  });
});
