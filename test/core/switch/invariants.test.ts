// The routing invariants (C6), under any interleaving of connections, resets, time-outs and node changes.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setNode } from '../../../core/switch/administration.ts';
import type { Step } from '../../../core/simulate/simulate.ts';
import { elapse, step } from '../../../core/simulate/simulate.ts';
import { apply } from '../../../core/decision/tables.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Arriving } from '../../arbitraries/cluster.ts';
import { anything, bursts } from '../../arbitraries/cluster.ts';
import { CAMPUS, CLUSTER, HOST, NODES, pass, seen, tablesOf, topology } from './laboratory.ts';
import type { Seen } from './laboratory.ts';

const FIN_ACK = 0x11;
const SYN = 0x02;
const SYN_ACK = 0x12;
const RST = 0x04;
const ACK = 0x10;

type Event =
  | { readonly kind: 'host' | 'node'; readonly port: number; readonly flags: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'set'; readonly node: number; readonly state: 'active' | 'drain' | 'down' }
  | { readonly kind: 'noise'; readonly arriving: readonly Arriving[] };

const of = topology();
const port = fc.integer({ min: 1, max: 6 });
const hostFlags = fc.constantFrom(SYN, SYN, SYN, ACK, ACK, FIN_ACK, RST);
const nodeFlags = fc.constantFrom(SYN_ACK, SYN_ACK, ACK, FIN_ACK, RST);

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('host' as const), port, flags: hostFlags }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('node' as const), port, flags: nodeFlags }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.constantFrom(1, 100, 239, 241, 8000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      node: fc.integer({ min: 0, max: 2 }),
      state: fc.constantFrom('active', 'drain', 'down'),
    }),
  },
  {
    weight: 1,
    // ARP would make next hops move and vanish: test/differential has that.
    arbitrary: bursts(of)
      .filter((all) => all.every(({ frame }) => frame[13] !== 0x06))
      .map((all) => ({ kind: 'noise' as const, arriving: all })),
  },
);

/** What the test remembers of a connection: where it is, and since when nothing came. */
interface Remembered {
  readonly node: string;
  readonly lastSeen: number;
  /** No FIN and no RST so far: it must still be there within the transitory time. */
  readonly open: boolean;
}

interface World {
  readonly tables: Tables;
  readonly now: number;
  readonly known: ReadonlyMap<number, Remembered>;
}

const nodeTexts = ['10.77.0.11', '10.77.0.12', '10.77.0.13'];

/** What holds for whatever leaves, whatever came. */
const checkOutputs = (one: Step): void => {
  const { verdict } = one.decision;
  if (verdict.kind === 'drop') expect(one.outputs).toEqual([]);
  for (const { egress, frame: out } of one.outputs) {
    if (egress !== CAMPUS || out[12] !== 8 || out[13] !== 0) continue;
    // No frame for a node leaves on an external network, and none from one's own address but to who manages it.
    expect(nodeTexts).not.toContain([...out.subarray(30, 34)].join('.'));
    const toManager = [...out.subarray(30, 34)].join('.') === '198.51.100.200';
    if (!toManager) expect([...out.subarray(26, 30)].join('.')).toBe('198.51.100.1');
  }
};

const usable = (tables: Tables, node: string): boolean =>
  tables.topology.nodes[nodeTexts.indexOf(node)]?.state === 'active';

const remember = (world: World, one: Step, port_: number, next: Remembered | null): World => {
  const known = new Map(world.known);
  if (next === null) known.delete(port_);
  else known.set(port_, next);
  return { ...world, tables: one.tables, known };
};

const fromHost = (world: World, port_: number, flags: number): World => {
  const one = pass(
    world.tables,
    CAMPUS,
    { source: HOST, destination: CLUSTER, sourcePort: port_, flags },
    world.now,
  );
  checkOutputs(one);
  const before = world.known.get(port_);
  const live = before !== undefined && world.now - before.lastSeen < 240_000;
  const [out] = one.decision.verdict.kind === 'forward' ? seen(one) : [];
  if (out === undefined) {
    // Dropped or refused: not while the connection stands and its node is not down.
    expect(live && before.open).toBe(false);
    // A refused SYN leaves what ended before as it was, until that is forgotten.
    return remember(world, one, port_, flags === SYN ? (before ?? null) : null);
  }
  expect(out).toMatchObject({ egress: INTERCONNECT, source: '198.51.100.9', sourcePort: port_ });
  if (flags === SYN && !(live && before.open)) {
    // A new connection, or the old one's end not yet forgotten.
    expect(usable(world.tables, out.destination) || out.destination === before?.node).toBe(true);
    return remember(world, one, port_, {
      node: out.destination,
      lastSeen: world.now,
      open: before === undefined || one.decision.changes.some(({ kind }) => kind === 'cursor'),
    });
  }
  // Every inbound frame of a connection goes to its node.
  expect(out.destination).toBe(before?.node);
  restores(one, out);
  const open = (before?.open ?? false) && (flags & (RST | 0x01)) === 0;
  return remember(world, one, port_, { node: out.destination, lastSeen: world.now, open });
};

/** In then out restores every field: what the node would answer leaves with the ends exchanged. */
const restores = (one: Step, out: Seen): void => {
  const node = NODES[nodeTexts.indexOf(out.destination)] ?? HOST;
  const back = pass(
    one.tables,
    INTERCONNECT,
    {
      source: node,
      destination: HOST,
      sourcePort: out.destinationPort,
      destinationPort: out.sourcePort,
      flags: ACK,
    },
    0,
  );
  expect(seen(back)).toMatchObject([
    {
      egress: CAMPUS,
      source: '198.51.100.1',
      destination: '198.51.100.9',
      sourcePort: 80,
      destinationPort: out.sourcePort,
      ttl: 61,
    },
  ]);
};

const fromNode = (world: World, port_: number, flags: number): World => {
  const before = world.known.get(port_);
  const source = NODES[nodeTexts.indexOf(before?.node ?? '10.77.0.11')] ?? HOST;
  const one = pass(
    world.tables,
    INTERCONNECT,
    { source, destination: HOST, sourcePort: 80, destinationPort: port_, flags },
    world.now,
  );
  checkOutputs(one);
  // A service's answers carry the cluster address and its port; what has no entry, nobody asked for.
  const live = before !== undefined && world.now - before.lastSeen < 240_000;
  if (live && before.open) expect(seen(one)).toHaveLength(1);
  for (const out of seen(one))
    expect(out).toMatchObject({ egress: CAMPUS, source: '198.51.100.1', sourcePort: 80 });
  const touched = one.decision.changes.some(({ kind }) => kind === 'connection');
  if (before === undefined) return { ...world, tables: one.tables };
  return remember(world, one, port_, {
    ...before,
    lastSeen: touched ? world.now : before.lastSeen,
    open: before.open && (flags & (RST | 0x01)) === 0,
  });
};

const setState = (world: World, node: number, state: 'active' | 'drain' | 'down'): World => {
  const set = apply(world.tables, setNode(world.tables, node, state));
  // One that returns before the sweep has come to its connections has them still.
  const tables = state === 'down' ? elapse(set, world.now).tables : set;
  const known = new Map(
    [...world.known].filter(([, one]) => state !== 'down' || one.node !== nodeTexts[node]),
  );
  return { ...world, tables, known };
};

const happen = (world: World, one: Event): World => {
  // The gateway writes when it last saw a connection by the second: time moves on that much.
  const now = world.now + 1000;
  const later = { ...world, now };
  switch (one.kind) {
    case 'host':
      return fromHost(later, one.port, one.flags);
    case 'node':
      return fromNode(later, one.port, one.flags);
    case 'set':
      return setState(later, one.node, one.state);
    case 'wait': {
      const end = now + one.seconds * 1000;
      return { ...later, now: end, tables: elapse(world.tables, end).tables };
    }
    case 'noise': {
      let { tables } = world;
      for (const { frame, link } of one.arriving) {
        const noise = step(tables, frame, link, now);
        checkOutputs(noise);
        tables = noise.tables;
      }
      return { ...later, tables };
    }
  }
};

describe('routing invariants', () => {
  it('C6: hold under any interleaving', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80, size: 'max' }), (events) => {
        events.reduce<World>(happen, { tables: tablesOf(of), now: 0, known: new Map() });
      }),
      { numRuns: 300 },
    );
  });

  it('A20: round robin is fair to within one among the nodes that operate', () => {
    const states = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(states, fc.integer({ min: 0, max: 40 }), (up, count) => {
        let tables = tablesOf(of);
        up.forEach((isUp, node) => {
          if (!isUp) tables = apply(tables, setNode(tables, node, 'drain'));
        });
        const counts = new Map<string, number>(
          nodeTexts.filter((_, node) => up[node]).map((text) => [text, 0]),
        );
        for (let one = 1; one <= count && counts.size > 0; one++) {
          const opened = pass(tables, CAMPUS, {
            source: HOST,
            destination: CLUSTER,
            sourcePort: one,
            flags: SYN,
          });
          const node = seen(opened)[0]?.destination ?? 'none';
          expect(counts.has(node)).toBe(true);
          counts.set(node, (counts.get(node) ?? 0) + 1);
          tables = opened.tables;
        }
        const spread = [...counts.values()];
        expect(Math.max(0, ...spread) - Math.min(count, ...spread)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('D7: every frame has one verdict, and one that is not forwarded has a reason', () => {
    fc.assert(
      fc.property(anything(of), ({ frame, link }) => {
        const { decision } = step(tablesOf(of), frame, link, 0);
        const { verdict } = decision;
        if (verdict.kind === 'forward' || verdict.kind === 'deliver')
          expect(verdict.forwarding.length).toBeGreaterThanOrEqual(20);
        else expect(verdict.reason).toMatch(/^[a-z0-9-]+$/);
      }),
      { numRuns: 1000 },
    );
  });
});
