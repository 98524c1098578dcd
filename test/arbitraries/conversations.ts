// Scripts of conversations between hosts and nodes: who says something when, not what he says, which follows
// from what he was told (test/differential/stations.ts). Frames come in batches; between them time passes,
// nodes and services change, stations move.

import fc from 'fast-check';
import type { NodeState, Topology } from '../../core/decision/topology.ts';
import { LOCAL } from '../../core/decision/topology.ts';
import { NODES } from '../core/switch/laboratory.ts';
import type { Arriving } from './cluster.ts';
import { arriving } from './cluster.ts';
import type { NfsCall } from './nfs-calls.ts';
import { nfsCalls } from './nfs-calls.ts';
import type { Talk } from './talks.ts';
import { kindsOfTalks } from './talks.ts';

/** What makes a frame other than plain. */
export interface Twist {
  readonly ttl?: number;
  readonly options?: Uint8Array;
  readonly mayFragment?: boolean;
  readonly padding?: number;
  readonly headerChecksum?: 'wrong' | 'without options';
  readonly transportChecksum?: number;
  readonly to?: 'another' | 'a group';
  readonly from?: 'another';
  readonly piece?: 'first' | 'later';
  readonly missing?: number;
}

/** `go`: what comes next; `anew`: from the beginning; `again`: the same frame once more. */
export type Saying = 'go' | 'end' | 'reset' | 'anew' | 'again';

export type Item =
  | {
      readonly kind: 'say';
      /** A talk, or all of them, one after another. */
      readonly who: number | 'all';
      readonly saying: Saying;
      readonly times: number;
      readonly size: number;
      readonly call: NfsCall;
      readonly twist: Twist;
    }
  /** A station tells its MAC address: the same or a new one; or falls silent. */
  | { readonly kind: 'arp'; readonly station: number; readonly how: 'tell' | 'move' | 'hush' }
  | { readonly kind: 'noise'; readonly arriving: Arriving };

export type Side = 'hosts' | 'nodes' | 'gateway';

export type Turn =
  | {
      readonly kind: 'batch';
      readonly side: Side;
      readonly items: readonly Item[];
      /** Where in the batch answers to ARP requests come. */
      readonly answersAt: number;
    }
  | { readonly kind: 'time'; readonly milliseconds: number }
  | { readonly kind: 'tick' }
  /** A node that was asked on which port its MOUNT is says: on this. */
  | { readonly kind: 'tell'; readonly node: number; readonly port: number }
  | { readonly kind: 'node'; readonly node: number; readonly state: NodeState }
  /** A node is down for a while. */
  | { readonly kind: 'outage'; readonly node: number }
  | { readonly kind: 'service'; readonly variant: number; readonly service: number }
  | { readonly kind: 'reload'; readonly variant: number };

export interface Script {
  /** Whether all stations are known from the start. */
  readonly known: boolean;
  readonly talks: readonly Talk[];
  readonly turns: readonly Turn[];
}

const options = fc
  .integer({ min: 1, max: 10 })
  .chain((words) => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 }));

const PLAIN: fc.Arbitrary<Twist> = fc.constant({});
const twists: fc.Arbitrary<Twist> = fc.oneof(
  { weight: 14, arbitrary: PLAIN },
  fc.record({ ttl: fc.constantFrom(0, 1, 2) }),
  fc.record({ options }),
  fc.record({ options, headerChecksum: fc.constant('without options' as const) }),
  fc.record({ headerChecksum: fc.constant('wrong' as const) }),
  fc.record({ padding: fc.integer({ min: 1, max: 46 }) }),
  fc.record({ transportChecksum: fc.constantFrom(0, 0, 1, 0xfffe, 0xffff) }),
  fc.record({ transportChecksum: fc.nat({ max: 0xffff }) }),
  fc.record({ to: fc.constantFrom('another' as const, 'a group' as const) }),
  fc.record({ from: fc.constant('another' as const) }),
  fc.record({ piece: fc.constantFrom('first' as const, 'later' as const) }),
  fc.record({ missing: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ mayFragment: fc.constant(true) }),
);

const sizes = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(536, 537, 1460, 1459, 1472) },
);

const sayings = (twist: fc.Arbitrary<Twist>): fc.Arbitrary<Item> =>
  fc.record({
    kind: fc.constant('say' as const),
    who: fc.oneof(
      { weight: 5, arbitrary: fc.nat({ max: 19 }) },
      { weight: 1, arbitrary: fc.constant('all' as const) },
    ),
    saying: fc.oneof(
      { weight: 16, arbitrary: fc.constant('go' as const) },
      fc.constantFrom('end' as const, 'reset' as const, 'anew' as const, 'again' as const),
    ),
    times: fc.oneof(
      { weight: 3, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.integer({ min: 2, max: 8 }) },
    ),
    size: sizes,
    call: nfsCalls,
    twist,
  });

const movements: fc.Arbitrary<Item> = fc.record({
  kind: fc.constant('arp' as const),
  station: fc.nat({ max: 20 }),
  how: fc.constantFrom('tell' as const, 'move' as const, 'hush' as const),
});

const wildItems = (of: Topology): fc.Arbitrary<Item> =>
  fc.oneof(
    { weight: 20, arbitrary: sayings(twists) },
    { weight: 1, arbitrary: movements },
    {
      weight: 1,
      arbitrary: arriving(of).map((one) => ({ kind: 'noise' as const, arriving: one })),
    },
  );

/** Around the times after which something is written again, asked, or forgotten. */
const waits = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(1, 250, 999, 1000, 1001, 2500) },
  { weight: 3, arbitrary: fc.constantFrom(30_000, 59_000, 60_000, 61_000) },
  { weight: 2, arbitrary: fc.constantFrom(119_999, 120_001, 240_000, 299_000, 300_000) },
  { weight: 1, arbitrary: fc.constantFrom(600_000, 7_440_000) },
);

const batches = (of: Topology, items: fc.Arbitrary<Item>): fc.Arbitrary<Turn> =>
  fc.record({
    kind: fc.constant('batch' as const),
    side: fc.constantFrom<Side>(
      ...['hosts' as const, 'hosts' as const, 'nodes' as const, 'nodes' as const],
      ...((of.links[LOCAL] ?? null) === null ? [] : ['gateway' as const]),
    ),
    items: fc.array(items, { minLength: 1, maxLength: 14, size: 'max' }),
    answersAt: fc.nat({ max: 20 }),
  });

/** Stations speak, time passes. */
const calmTurns = (of: Topology, items: fc.Arbitrary<Item>): fc.Arbitrary<Turn> =>
  fc.oneof(
    { weight: 24, arbitrary: batches(of, items) },
    {
      weight: 5,
      arbitrary: waits.map((milliseconds) => ({ kind: 'time' as const, milliseconds })),
    },
    { weight: 4, arbitrary: fc.constant({ kind: 'tick' as const }) },
  );

const states: fc.Arbitrary<Turn> = fc.record({
  kind: fc.constant('node' as const),
  node: fc.nat({ max: 3 }),
  state: fc.constantFrom<NodeState>('active', 'active', 'drain', 'down'),
});

/** And nodes come and go. */
const unsteadyTurns = (of: Topology, items: fc.Arbitrary<Item>): fc.Arbitrary<Turn> =>
  fc.oneof(
    { weight: 33, arbitrary: calmTurns(of, items) },
    { weight: 5, arbitrary: states },
    {
      weight: 4,
      arbitrary: fc.nat({ max: 2 }).map((node) => ({ kind: 'outage' as const, node })),
    },
  );

/** And people change the cluster, and anything else happens. */
const wildTurns = (of: Topology, variants: number): fc.Arbitrary<Turn> => {
  const variant = fc.nat({ max: variants - 1 });
  return fc.oneof(
    { weight: 33, arbitrary: calmTurns(of, wildItems(of)) },
    { weight: 1, arbitrary: states },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('tell' as const),
        node: fc.nat({ max: NODES.length - 1 }),
        port: fc.constantFrom(635, 635, 636, 0),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('service' as const),
        variant,
        service: fc.nat({ max: 9 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reload' as const), variant }) },
  );
};

/** Scripts for a cluster that starts as `of` and has so many configurations. */
export const scripts = (of: Topology, variants: number): fc.Arbitrary<Script> => {
  const plainItems = fc.oneof({ weight: 20, arbitrary: sayings(PLAIN) }, movements);
  const manners = [
    { weight: 2, turns: calmTurns(of, plainItems) },
    { weight: 1, turns: unsteadyTurns(of, plainItems) },
    { weight: 3, turns: wildTurns(of, variants) },
  ];
  return fc.oneof(
    ...[true, false].flatMap((isStraight) =>
      kindsOfTalks(of, isStraight).flatMap((talks, kind) =>
        manners.map(({ weight, turns }) => ({
          // The first are of all kinds.
          weight: kind === 0 ? 4 * weight : weight,
          arbitrary: fc.record({
            known: fc.constantFrom(true, true, true, false),
            talks: fc.array(talks, { minLength: 2, maxLength: 20, size: 'max' }),
            turns: fc.array(turns, { minLength: 1, maxLength: 50, size: 'max' }),
          }),
        })),
      ),
    ),
  );
};
