// The running gateway (tables in place, kernels in WebAssembly) gives the same frames, counters and tables
// as the pure core, for every sequence of frames.

import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { NodeState, Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT } from '../../core/decision/topology.ts';
import type { Arriving } from '../arbitraries/cluster.ts';
import { bursts, greetings } from '../arbitraries/cluster.ts';
import { topology } from '../core/switch/laboratory.ts';
import { expectSound } from '../core/switch/recount.ts';
import type { Both } from './both.ts';
import { makeBoth } from './both.ts';
import { isQuestion, portmapperAnswer } from './portmapper-answer.ts';

type Event =
  | { readonly kind: 'frames'; readonly arriving: readonly Arriving[] }
  | { readonly kind: 'tick'; readonly milliseconds: number }
  /** The node that was asked last on which port its MOUNT is says: on this. */
  | { readonly kind: 'tell'; readonly port: number }
  | { readonly kind: 'set'; readonly node: number; readonly state: NodeState };

const events = (of: Topology): fc.Arbitrary<readonly Event[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: bursts(of).map((all): Event => ({ kind: 'frames', arriving: all })),
      },
      {
        weight: 2,
        arbitrary: fc
          .constantFrom(250, 250, 1000, 2000, 61_000, 241_000, 8_000_000)
          .map((milliseconds): Event => ({ kind: 'tick', milliseconds })),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(635, 636, 0).map((port): Event => ({ kind: 'tell', port })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.nat({ max: 2 }), fc.constantFrom<NodeState>('active', 'drain', 'down'))
          .map(([node, state]): Event => ({ kind: 'set', node, state })),
      },
    ),
    { maxLength: 60, size: 'max' },
  );

/** Does it to both; gives the last question that the gateway asked a portmapper, before or by this. */
const happen = (both: Both, event: Event, question: Uint8Array | null): Uint8Array | null => {
  // Each frame comes alone, a millisecond after the one before.
  const take = ({ link, frame }: Arriving): void => {
    both.happen({ kind: 'time', milliseconds: 1 });
    both.happen({ kind: 'frames', link, frames: [frame] });
  };
  switch (event.kind) {
    case 'frames':
      event.arriving.forEach(take);
      return question;
    case 'tell':
      if (question !== null)
        take({ link: INTERCONNECT, frame: portmapperAnswer(question, event.port) });
      return question;
    case 'set':
      both.happen({ kind: 'node', node: event.node, state: event.state });
      return question;
    case 'tick':
      both.happen({ kind: 'time', milliseconds: event.milliseconds });
      return both.happen({ kind: 'tick' }).findLast(isQuestion)?.frame ?? question;
  }
};

const run = (of: Topology, all: readonly Event[]): void => {
  const both = makeBoth([of]);
  let question: Uint8Array | null = null;
  for (const one of all) {
    question = happen(both, one, question);
    expectSound(both.tables);
  }
};

const lab = { device: { tap: 'oh-lab' }, address: '203.0.113.1/24', router: '203.0.113.254' };
const campus = {
  device: { tap: 'oh-campus' },
  address: '198.51.100.1/24',
  router: '198.51.100.254',
  management: ['198.51.100.200'],
};

const services = [
  { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'gamma'] },
  { port: 111, protocol: 'udp', route: 'portmapper' },
  { port: 20048, protocol: 'udp', route: 'mount' },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
];
const moved = [
  { port: 81, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta'], nodePort: 8081 },
  { port: 123, protocol: 'udp', route: 'node', node: 'gamma', nodePort: 1123 },
];
const exports = { '/projects': 'alpha', '/home': 'beta' };

describe('the running gateway is the pure core', () => {
  const check = (of: Topology, numRuns: number): void => {
    fc.assert(
      fc.property(fc.boolean(), events(of), (known, all) => {
        run(of, known ? [{ kind: 'frames', arriving: greetings(of) }, ...all] : all);
      }),
      { numRuns },
    );
  };

  it('C1 C2 D7: same frames, counters and tables for every sequence', () => {
    check(topology({ services: [...services, ...moved], exports }), 80);
  });

  it('C1 C2 A13: also with two networks', () => {
    check(topology({ services: [...services, ...moved], exports, networks: { campus, lab } }), 60);
  });

  it('C1 C2 A14: also where nodes speak as the cluster', () => {
    check(topology({ services, exports, forwarding: 'direct' }), 60);
  });

  it('C1 C2 D3 D5: also with tables that are soon full, and a node that has a backup', () => {
    const of = topology({
      services: [...services, ...moved],
      exports,
      networks: { campus, lab },
      limits: { connections: 6, neighbours: 3, datagrams: 4, mounts: 2 },
      nodes: {
        alpha: { number: 1, address: '10.77.0.11', backup: 'gamma' },
        beta: { number: 2, address: '10.77.0.12' },
        gamma: { number: 3, address: '10.77.0.13' },
      },
    });
    check(of, 60);
  });

  it('also with a narrow interconnect and a stack of its own', () => {
    const of = topology({
      services: [...services, ...moved],
      exports,
      interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.1/24', mtu: 576 },
      local: { tun: 'oh-local' },
      unmatched: 'drop',
    });
    check(of, 60);
  });
});
