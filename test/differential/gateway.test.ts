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
import type { Tables } from '../../core/decision/tables.ts';
import { apply } from '../../core/decision/tables.ts';
import { ageing, tick } from '../../core/switch/tick.ts';
import type { NodeState, Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT } from '../../core/decision/topology.ts';
import type { Arriving } from '../arbitraries/cluster.ts';
import { bursts, greetings } from '../arbitraries/cluster.ts';
import { topology } from '../core/switch/laboratory.ts';
import { expectSound } from '../core/switch/recount.ts';
import { portmapperAnswer } from './portmapper-answer.ts';

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

const hex = (frame: Uint8Array): string => Buffer.from(frame).toString('hex');
const written = (outputs: readonly Output[], link: number): readonly string[] =>
  outputs.filter(({ egress }) => egress === link).map(({ frame }) => hex(frame));

const inOrder = (dictionary: { values(): IterableIterator<unknown> }): readonly string[] =>
  Array.from(dictionary.values(), (one) => JSON.stringify(one));

/** What the tables hold, in its order, whatever holds it. */
const contents = (tables: Tables) => ({
  connections: inOrder(tables.connections),
  oldestFleeting: tables.connections.oldestFleeting(),
  loads: [...tables.connections.values()].map(({ node, nodePort, protocol }) =>
    tables.connections.load(node, nodePort, protocol),
  ),
  cursors: [...tables.topology.services.keys()].map((key) => tables.cursors.get(key)),
  neighbours: inOrder(tables.neighbours),
  waitingBytes: tables.waitingBytes,
  datagrams: inOrder(tables.datagrams.byKey),
  heldBytes: tables.datagrams.heldBytes,
  pairs: inOrder(tables.datagrams.pairs),
  rpcPorts: inOrder(tables.rpcPorts.byNode),
  rpcNodePorts: inOrder(tables.rpcPorts.byPort),
  mounts: inOrder(tables.mounts),
  ways: inOrder(tables.ways),
  orphans: inOrder(tables.orphans),
  errorBudget: tables.errorBudget,
  sequence: tables.sequence,
  nodes: tables.topology.nodes,
});

interface Both {
  readonly gateway: Gateway;
  readonly devices: readonly (MemoryLink | null)[];
  tables: Tables;
  readonly counts: Map<string, number>;
  now: number;
  /** The last question that the gateway asked a portmapper. */
  question: Uint8Array | null;
}

const count = (both: Both, name: string): void => {
  both.counts.set(name, (both.counts.get(name) ?? 0) + 1);
};

const compareOutputs = (both: Both, outputs: readonly Output[]): void => {
  both.devices.forEach((device, link) => {
    expect(device?.taken().map(hex) ?? []).toEqual(written(outputs, link));
  });
};

/** Of all that a tick sends, only questions to portmappers are UDP. */
const isQuestion = ({ frame }: Output): boolean => frame[12] === 8 && frame[23] === 17;

const take = (both: Both, { link, frame }: Arriving): void => {
  both.now += 1;
  const one = step(both.tables, frame, link, both.now);
  both.tables = one.tables;
  count(both, counterOf(one.decision.verdict));
  both.devices[link]?.push(frame);
  both.gateway.take(link);
  compareOutputs(both, one.outputs);
};

const happen = (both: Both, event: Event): void => {
  switch (event.kind) {
    case 'frames':
      for (const one of event.arriving) take(both, one);
      return;
    case 'tell':
      if (both.question !== null)
        take(both, { link: INTERCONNECT, frame: portmapperAnswer(both.question, event.port) });
      return;
    case 'set':
      both.tables = apply(both.tables, setNode(both.tables, event.node, event.state));
      both.gateway.change(setNode(both.gateway.tables, event.node, event.state));
      return;
    case 'tick': {
      both.now += event.milliseconds;
      const all = both.tables.connections.values();
      both.tables = apply(both.tables, ageing(both.tables, all, both.now));
      const due = tick(both.tables, both.now);
      both.tables = apply(both.tables, due.changes);
      for (const { verdict } of due.decisions) count(both, counterOf(verdict));
      while (both.gateway.age());
      both.gateway.tick();
      const outputs = due.sends.map(outputOf);
      compareOutputs(both, outputs);
      both.question = outputs.findLast(isQuestion)?.frame ?? both.question;
    }
  }
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
    question: null,
    gateway: makeGateway(of, devices, () => both.now),
  };
  for (const one of all) {
    happen(both, one);
    expect(contents(both.gateway.tables)).toEqual(contents(both.tables));
    expectSound(both.tables);
  }
  expect(new Map(both.gateway.counters.verdicts)).toEqual(both.counts);
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
