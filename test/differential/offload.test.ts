// What leaves the running gateway stands for the same plain frames, whichever devices have offloads, as the
// pure core makes of the plain frames that came.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Link, NodeState, Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT } from '../../core/decision/topology.ts';
import { setNode } from '../../core/switch/administration.ts';
import type { Arriving } from '../arbitraries/cluster.ts';
import { bursts } from '../arbitraries/cluster.ts';
import type { Ends, Offloaded, Shape } from '../arbitraries/offload.ts';
import { PLAIN_SHAPE, offloaded, shapes } from '../arbitraries/offload.ts';
import { CAMPUS, topology } from '../core/switch/laboratory.ts';
import { World, callTo } from './offload-world.ts';

/** Ends are named by a number, modulo how many there are. */
type Event =
  | { readonly kind: 'frames'; readonly all: readonly (readonly [ends: number, shape: Shape])[] }
  /** NFS calls of the same length, one behind the other, each of a file of one of these nodes. */
  | { readonly kind: 'calls'; readonly nodes: readonly number[]; readonly whole: boolean }
  /** Frames of any kind, with any header before them. */
  | { readonly kind: 'any'; readonly all: readonly Arriving[]; readonly header: Uint8Array }
  | { readonly kind: 'greet' }
  | { readonly kind: 'tick'; readonly milliseconds: number }
  | { readonly kind: 'set'; readonly node: number; readonly state: NodeState };

const events = (of: Topology): fc.Arbitrary<readonly Event[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 14,
        arbitrary: fc
          .array(fc.tuple(fc.nat({ max: 999 }), shapes), { minLength: 1, maxLength: 5 })
          .map((all): Event => ({ kind: 'frames', all })),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
            fc.boolean(),
          )
          .map(([nodes, whole]): Event => ({ kind: 'calls', nodes, whole })),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            bursts(of),
            fc.oneof(
              fc.constant(new Uint8Array(10)),
              fc.uint8Array({ minLength: 10, maxLength: 10 }),
            ),
          )
          .map(([all, header]): Event => ({ kind: 'any', all, header })),
      },
      { weight: 1, arbitrary: fc.constant<Event>({ kind: 'greet' }) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom(250, 1000, 2000, 61_000, 241_000)
          .map((milliseconds): Event => ({ kind: 'tick', milliseconds })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            fc.nat({ max: 2 }),
            fc.constantFrom<NodeState>('active', 'active', 'drain', 'down'),
          )
          .map(([node, state]): Event => ({ kind: 'set', node, state })),
      },
    ),
    { maxLength: 30, size: 'max' },
  );

/** The calls as one datagram, or as one frame that is to be cut into one for each. */
const calls = (ends: Ends, nodes: readonly number[], whole: boolean): Offloaded => {
  const payload = Uint8Array.from(nodes.flatMap((node) => [...callTo(node)]));
  return offloaded(ends, {
    ...PLAIN_SHAPE,
    payload,
    left: whole
      ? { kind: 'checksum' }
      : { kind: 'cutting', pieceSize: callTo(1).length, notified: false },
  });
};

const happen = (world: World, event: Event): void => {
  switch (event.kind) {
    case 'frames': {
      const all = event.all.map(
        ([number, shape]) => [world.ends[number % world.ends.length] as Ends, shape] as const,
      );
      const link = all[0]?.[0].link ?? INTERCONNECT;
      const together = all.filter(([ends]) => ends.link === link);
      world.take(
        link,
        together.map(([ends, shape]) => offloaded(ends, shape)),
      );
      return;
    }
    case 'calls': {
      const nfs = world.ends.find(({ destinationPort }) => destinationPort === 2049);
      if (nfs !== undefined) world.take(CAMPUS, [calls(nfs, event.nodes, event.whole)]);
      return;
    }
    case 'any':
      for (const { link, frame } of event.all) world.take(link, [{ header: event.header, frame }]);
      return;
    case 'greet':
      world.greet();
      return;
    case 'tick':
      world.pass(event.milliseconds);
      return;
    case 'set':
      world.change((tables) => setNode(tables, event.node, event.state));
  }
};

const services = [
  { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
  { port: 81, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta'], nodePort: 8081 },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  { port: 123, protocol: 'udp', route: 'node', node: 'gamma', nodePort: 1123 },
  { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'gamma'] },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
];

const sides: readonly (readonly [string, (link: Link) => boolean])[] = [
  ['on both sides', () => true],
  ['inside only', (link) => link === INTERCONNECT],
  ['outside only', (link) => link !== INTERCONNECT],
  ['nowhere', () => false],
];

describe('a gateway between devices with offloads is the pure core', () => {
  const check = (of: Topology, offloads: (link: Link) => boolean, numRuns: number): void => {
    fc.assert(
      fc.property(events(of), (all) => {
        const world = new World(of, offloads);
        for (const one of all) happen(world, one);
      }),
      { numRuns },
    );
  };

  it.each(sides)('C6: offloads %s', (_, offloads) => {
    check(topology({ services }), offloads, 25);
  });

  it.each(sides.slice(0, 2))('C6 A14: offloads %s, in direct embodiment', (_, offloads) => {
    const direct = services.filter(({ nodePort }) => nodePort === undefined);
    check(topology({ services: direct, forwarding: 'direct' }), offloads, 20);
  });

  it.each(sides.slice(0, 3))('C6: offloads %s, and a narrow interconnect', (_, offloads) => {
    const interconnect = { device: { tap: 'oh-inter' }, address: '10.77.0.1/24', mtu: 576 };
    check(topology({ services, interconnect }), offloads, 15);
  });
});

describe('a frame that is to be cut', () => {
  const shape: Shape = {
    ...PLAIN_SHAPE,
    payload: new Uint8Array(1448 * 20 + 7),
    left: { kind: 'cutting', pieceSize: 1448, notified: true },
  };

  /** How often `forwarded` counts it, and how many frames leave that are still to be cut. */
  const send = (world: World, ends: Ends, changes: Partial<Shape> = {}): readonly number[] => {
    const counted = (): number => world.gateway.counters.verdicts.get('forwarded') ?? 0;
    const before = [counted(), world.leftWhole] as const;
    world.take(ends.link, [offloaded(ends, { ...shape, ...changes })]);
    return [counted() - before[0], world.leftWhole - before[1]];
  };
  const tcpEnds = ({ ends }: World): Ends => ends[0] as Ends;

  it('leaves whole, repeated and counted once, where the device there cuts it', () => {
    const world = new World(topology({ services }), () => true);
    const ends = world.ends.filter(({ destinationPort }) => destinationPort !== 2049);
    expect(ends).toHaveLength(21);
    for (const one of ends) expect([one, ...send(world, one)]).toEqual([one, 1, 1]);
  });

  it('leaves in pieces, each of which counts, where that device does not', () => {
    const world = new World(topology({ services }), (link) => link === CAMPUS);
    expect(send(world, tcpEnds(world))).toEqual([21, 0]);
  });

  it('leaves in pieces where these are to be decided one by one', () => {
    const world = new World(topology({ services }), () => true);
    expect(send(world, tcpEnds(world), { flags: 0x11 })).toEqual([21, 0]);
  });

  it('is refused, each piece of it, where its pieces are too large and not to be fragmented', () => {
    const world = new World(topology({ services }), () => true);
    const left = { kind: 'cutting', pieceSize: 1470, notified: true } as const;
    expect(send(world, tcpEnds(world), { left })).toEqual([1, 0]);
    expect(world.gateway.counters.verdicts.get('fragmentation-needed')).toBe(19);
  });
});
