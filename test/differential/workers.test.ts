// Gateways that share the hosts outside among themselves, each with tables of its own, do together what one does
// that has all of them: for every sequence of frames, as long as no neighbour has to be asked for.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberOf, rulesOf } from '../../adapters/steering/rule.ts';
import type { Rule } from '../../adapters/steering/rule.ts';
import { counterOf } from '../../core/decision/count.ts';
import type { Change, Tables } from '../../core/decision/tables.ts';
import { apply } from '../../core/decision/tables.ts';
import type { NodeState, Topology } from '../../core/decision/topology.ts';
import { INTERCONNECT } from '../../core/decision/topology.ts';
import type { Output } from '../../core/simulate/simulate.ts';
import { outputOf, step } from '../../core/simulate/simulate.ts';
import { setNode } from '../../core/switch/administration.ts';
import { afterNews, newsIn } from '../../core/switch/news.ts';
import { emptyTables } from '../../core/switch/start.ts';
import { tick } from '../../core/switch/tick.ts';
import { ETHER_TYPE } from '../../core/wire/layout/ethernet.ts';
import type { Arriving } from '../arbitraries/cluster.ts';
import { bursts, greetings } from '../arbitraries/cluster.ts';
import { topology } from '../core/switch/laboratory.ts';
import { isQuestion, portmapperAnswer } from './portmapper-answer.ts';

type Event =
  | { readonly kind: 'frames'; readonly arriving: readonly Arriving[] }
  | { readonly kind: 'tick'; readonly milliseconds: number }
  | { readonly kind: 'tell'; readonly port: number }
  | { readonly kind: 'set'; readonly node: number; readonly state: NodeState };

/** What nodes and hosts told at the start is believed for longer than all of this takes. */
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
          .constantFrom(250, 500, 1000)
          .map((milliseconds): Event => ({ kind: 'tick', milliseconds })),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(635, 636, 0).map((port): Event => ({ kind: 'tell', port })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.nat({ max: 2 }), fc.constantFrom<NodeState>('active', 'drain', 'down'))
          .map(([node, state]): Event => ({ kind: 'set', node, state })),
      },
    ),
    { maxLength: 40, size: 'max' },
  );

const hex = ({ egress, frame }: Output): string =>
  `${egress} ${Buffer.from(frame).toString('hex')}`;

/** What is not asked for anew by each: packets. */
const packets = (outputs: readonly Output[]): readonly string[] =>
  outputs
    .filter(({ frame }) => Buffer.from(frame).readUInt16BE(ETHER_TYPE) === 0x0800)
    .map(hex)
    .sort();

/** Several gateways, and the frames of each link shared out among them. */
class Workers {
  readonly #rules: readonly (Rule | null)[];
  #all: readonly Tables[];

  constructor(of: Topology, count: number) {
    this.#rules = rulesOf(of);
    this.#all = Array.from({ length: count }, () => emptyTables(of));
  }

  #learn(worker: number, changes: readonly Change[]): readonly Output[] {
    const news = newsIn(changes);
    const freed: Output[] = [];
    this.#all = this.#all.map((tables, other) =>
      other === worker
        ? tables
        : news.reduce((known, one) => {
            const after = afterNews(known, one);
            freed.push(...after.sends.map(outputOf));
            return apply(known, after.changes);
          }, tables),
    );
    return freed;
  }

  #become(worker: number, tables: Tables): void {
    this.#all = this.#all.map((one, index) => (index === worker ? tables : one));
  }

  take({ link, frame }: Arriving, now: number) {
    const rule = this.#rules[link] ?? null;
    const worker = rule === null ? 0 : numberOf(rule, frame) % this.#all.length;
    const { tables, decision, outputs } = step(this.#all[worker] as Tables, frame, link, now);
    this.#become(worker, tables);
    return { decision, outputs: [...outputs, ...this.#learn(worker, decision.changes)] };
  }

  tick(now: number): readonly Output[] {
    return this.#all.flatMap((_, worker) => {
      const tables = this.#all[worker] as Tables;
      const { sends, changes } = tick(tables, now, worker === 0);
      this.#become(worker, apply(tables, changes));
      return [...sends.map(outputOf), ...this.#learn(worker, changes)];
    });
  }

  change(changes: (to: Tables) => readonly Change[]): void {
    this.#all = this.#all.map((tables) => apply(tables, changes(tables)));
  }

  get connections(): number {
    return this.#all.reduce((sum, { connections }) => sum + connections.size, 0);
  }
}

const run = (of: Topology, count: number, all: readonly Event[]): void => {
  let one = emptyTables(of);
  const workers = new Workers(of, count);
  let now = 0;
  let question: Uint8Array | null = null;

  const take = (arriving: Arriving): void => {
    now++;
    const { link, frame } = arriving;
    const { tables, decision, outputs } = step(one, frame, link, now);
    one = tables;
    const theirs = workers.take(arriving, now);
    expect(counterOf(theirs.decision.verdict)).toBe(counterOf(decision.verdict));
    expect(theirs.outputs.map(hex)).toEqual(outputs.map(hex));
    expect(workers.connections).toBe(one.connections.size);
  };

  for (const event of [{ kind: 'frames', arriving: greetings(of) } as const, ...all])
    switch (event.kind) {
      case 'frames':
        event.arriving.forEach(take);
        break;
      case 'tell':
        if (question !== null)
          take({ link: INTERCONNECT, frame: portmapperAnswer(question, event.port) });
        break;
      case 'set': {
        const change = (to: Tables): readonly Change[] => setNode(to, event.node, event.state);
        one = apply(one, change(one));
        workers.change(change);
        break;
      }
      case 'tick': {
        now += event.milliseconds;
        const { sends, changes } = tick(one, now);
        one = apply(one, changes);
        const outputs = sends.map(outputOf);
        expect(packets(workers.tick(now))).toEqual(packets(outputs));
        question = outputs.findLast(isQuestion)?.frame ?? question;
      }
    }
};

const scheduler = 'source-hash';
const services = [
  { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'], scheduler },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'gamma'], scheduler },
  { port: 111, protocol: 'udp', route: 'portmapper' },
  { port: 20048, protocol: 'udp', route: 'mount' },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
];
const exports = { '/projects': 'alpha', '/home': 'beta' };
const campus = {
  device: { tap: 'oh-campus' },
  address: '198.51.100.1/24',
  router: '198.51.100.254',
  management: ['198.51.100.200'],
};
const lab = { device: { tap: 'oh-lab' }, address: '203.0.113.1/24', router: '203.0.113.254' };

describe('several workers are one gateway', () => {
  const check = (changes: Readonly<Record<string, unknown>>): void => {
    const of = topology({ services, exports, ...changes });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), events(of), (count, all) => {
        run(of, count, all);
      }),
      { numRuns: 60 },
    );
  };

  it('for every sequence of frames', () => {
    check({});
  });

  it('A13: also with two networks', () => {
    check({ networks: { campus, lab } });
  });

  it('A14: also where nodes write the cluster address', () => {
    check({ forwarding: 'direct' });
  });
});
