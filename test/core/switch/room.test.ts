// Room (D5, D1): full tables refuse and count, and keep what is established; and whatever comes, what is
// counted is right.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elapse, step } from '../../../core/simulate/simulate.ts';
import { setNode } from '../../../core/switch/administration.ts';
import { emptyTables } from '../../../core/switch/start.ts';
import { ALL_HELD_BYTES, HELD_BYTES, HELD_FRAMES } from '../../../core/host/neighbour-room.ts';
import type { Connection } from '../../../core/decision/connection/connection.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { apply } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { ipv4 as ipv4Address } from '../../../core/wire/address.ts';
import { arriving, bursts } from '../../arbitraries/cluster.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  INSIDE,
  NODES,
  TCP,
  UDP,
  address,
  knowing,
  pass,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';
import type { Message } from './laboratory.ts';
import { frame as arpFrame } from './neighbour-frames.ts';
import { entryOf, expectSound } from './recount.ts';

const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;
const FIN = 0x01;
const [ALPHA = HOST, BETA = HOST] = NODES;

/** Messages of a few connections of one host, from both sides. */
const said = fc.record({
  fromNode: fc.boolean(),
  port: fc.integer({ min: 1, max: 12 }),
  service: fc.constantFrom(80, 80, 7),
  flags: fc.constantFrom(SYN, SYN, SYN | ACK, ACK, ACK, FIN | ACK, RST),
  wait: fc.constantFrom(0, 10, 1500, 250_000),
});
type Said = typeof said extends fc.Arbitrary<infer S> ? S : never;

const messageOf = (tables: Tables, { fromNode, port, service, flags }: Said): Message => {
  const protocol = service === 7 ? UDP : TCP;
  const there = [...tables.connections.values()].find(
    ({ hostPort, clusterPort }) => hostPort === port && clusterPort === service,
  );
  const node = NODES[there?.node ?? 0] ?? HOST;
  return fromNode
    ? {
        source: node,
        destination: HOST,
        protocol,
        sourcePort: service,
        destinationPort: port,
        flags,
      }
    : {
        source: HOST,
        destination: CLUSTER,
        protocol,
        sourcePort: port,
        destinationPort: service,
        flags,
      };
};

const isEstablished = ({ phase }: Connection): boolean =>
  phase === 'established' || phase === 'half-closed' || phase === 'two-way';

describe('the cluster connection table', () => {
  const small = topology({ limits: { connections: 5 } });

  it('D5: never outgrows its limit, and puts nothing out that is established', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 120, size: 'max' }), (all) => {
        let tables = tablesOf(small);
        let now = 0;
        for (const one of all) {
          now += one.wait;
          const message = messageOf(tables, one);
          const link = one.fromNode ? INTERCONNECT : CAMPUS;
          const before = [...tables.connections.values()].filter(isEstablished);
          const after = pass(tables, link, message, now);
          tables = after.tables;
          for (const connection of before) expect(entryOf(tables, connection)).toBeDefined();
          expectSound(tables);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('D5: full of what is established it refuses, and says why; else the longest idle goes', () => {
    const syn = (sourcePort: number): Message => ({
      source: HOST,
      destination: CLUSTER,
      sourcePort,
      flags: SYN,
    });
    let tables = tablesOf(small);
    for (const port of [1, 2, 3, 4, 5]) {
      const opened = pass(tables, CAMPUS, syn(port), port);
      const source = address(seen(opened)[0]?.destination ?? '');
      const answer = { source, destination: HOST, sourcePort: 80, destinationPort: port };
      // The third and the fourth are not answered.
      const answered =
        port === 3 || port === 4
          ? opened
          : pass(opened.tables, INTERCONNECT, { ...answer, flags: SYN | ACK }, port);
      tables = pass(answered.tables, CAMPUS, { ...syn(port), flags: ACK }, port).tables;
    }
    const ports = () => [...tables.connections.values()].map(({ hostPort }) => hostPort);
    tables = pass(tables, CAMPUS, syn(6), 10).tables;
    expect(ports()).toEqual([1, 2, 4, 5, 6]);
    tables = pass(tables, CAMPUS, syn(7), 11).tables;
    expect(ports()).toEqual([1, 2, 5, 6, 7]);
    const fromNode = pass(
      tables,
      INTERCONNECT,
      { source: ALPHA, destination: HOST, sourcePort: 999, flags: SYN },
      12,
    );
    expect(fromNode.decision.verdict.kind).toBe('forward');
    // UDP: a question, its answer, and another question.
    const full = [1, 2, 3, 4, 5].reduce((state, port) => {
      const question = { ...syn(port), protocol: UDP, destinationPort: 7 };
      const opened = pass(state, CAMPUS, question);
      const answered = pass(opened.tables, INTERCONNECT, {
        source: address(seen(opened)[0]?.destination ?? ''),
        destination: HOST,
        protocol: UDP,
        sourcePort: 7,
        destinationPort: port,
      });
      return pass(answered.tables, CAMPUS, question).tables;
    }, tablesOf(small));
    for (const message of [syn(6), { ...syn(6), protocol: UDP, destinationPort: 7 }])
      expect(pass(full, CAMPUS, message).decision.verdict).toEqual({
        kind: 'drop',
        reason: 'connection-table-full',
      });
  });
});

describe('what waits for next hops', () => {
  const of = topology();

  it('D1: is bounded for each and in all, and counted rightly, whatever its size', () => {
    const sizes = fc.constantFrom(1, 400, 1400);
    const hosts = fc.nat({ max: 3 });
    const messages = fc.array(fc.tuple(fc.constantFrom('host', 'node'), hosts, sizes), {
      minLength: 200,
      maxLength: 400,
      size: 'max',
    });
    fc.assert(
      fc.property(messages, fc.nat({ max: 300 }), (all, answerAt) => {
        let tables = emptyTables(of);
        all.forEach(([who, host, size], index) => {
          const payload = new Uint8Array(size);
          const message: Message =
            who === 'host'
              ? { source: HOST, destination: CLUSTER, protocol: UDP, destinationPort: 53, payload }
              : {
                  source: BETA,
                  destination: ipv4Address(HOST + host),
                  protocol: UDP,
                  sourcePort: 53,
                  payload,
                };
          const link = who === 'host' ? CAMPUS : INTERCONNECT;
          tables = pass(tables, link, message, index).tables;
          if (index === answerAt)
            tables = step(tables, arpFrame(2, BETA, INSIDE), INTERCONNECT, index).tables;
        });
        expectSound(tables);
        let given = tables;
        for (let now = 1000; now <= 5000; now += 1000) given = elapse(given, now).tables;
        expect(given.waitingBytes).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('D1: large frames wait by their bytes, small ones by their number', () => {
    const count = (size: number): number => {
      let tables = emptyTables(of);
      for (let index = 0; index < 2 * HELD_FRAMES; index++)
        tables = pass(tables, CAMPUS, {
          source: HOST,
          destination: CLUSTER,
          protocol: UDP,
          destinationPort: 53,
          payload: new Uint8Array(size),
        }).tables;
      return [...tables.neighbours.values()][0]?.held.length ?? 0;
    };
    expect(count(1)).toBe(HELD_FRAMES);
    expect(count(1472)).toBe(Math.floor(HELD_BYTES / 1514));
  });

  it('D1: what fills the room with packets for strangers takes none from nodes and routers', () => {
    let tables = knowing(emptyTables(of), INTERCONNECT, [BETA]);
    const toStranger = (host: number): Message => ({
      source: BETA,
      destination: ipv4Address(address('198.51.100.20') + host),
      protocol: UDP,
      sourcePort: 53,
      payload: new Uint8Array(1472),
    });
    const reasons = new Set<string>();
    for (let host = 0; host < 80; host++)
      for (let turn = 0; turn < HELD_BYTES / 1514; turn++) {
        const one = pass(tables, INTERCONNECT, toStranger(host));
        const { verdict } = one.decision;
        reasons.add('reason' in verdict ? verdict.reason : verdict.kind);
        tables = one.tables;
      }
    expect(reasons).toEqual(new Set(['neighbour-unresolved', 'neighbour-queue-full']));
    expect(tables.waitingBytes).toBeLessThanOrEqual(ALL_HELD_BYTES);
    expect(tables.waitingBytes).toBeGreaterThan(ALL_HELD_BYTES - 1514);
    // A stranger that nothing waits for yet finds no room either.
    expect(pass(tables, INTERCONNECT, toStranger(99)).decision.verdict).toEqual({
      kind: 'drop',
      reason: 'neighbour-queue-full',
    });
    const toNode = { source: HOST, destination: CLUSTER, flags: SYN };
    expect(pass(tables, CAMPUS, toNode).decision.verdict.kind).toBe('hold');
    const toRouter = { ...toStranger(0), destination: address('192.0.2.1') };
    expect(pass(tables, INTERCONNECT, toRouter).decision.verdict.kind).toBe('hold');
  });
});

describe('all tables', () => {
  it('D5 C6: are sound after whatever comes', () => {
    const of = topology({ limits: { connections: 5, neighbours: 4, datagrams: 3, mounts: 2 } });
    const events = fc.oneof(
      { weight: 8, arbitrary: bursts(of) },
      { weight: 1, arbitrary: arriving(of).map((one) => Array(30).fill(one) as (typeof one)[]) },
      { weight: 1, arbitrary: fc.constantFrom(250, 1000, 61_000, 700_000) },
      { weight: 1, arbitrary: fc.record({ node: fc.nat({ max: 2 }), down: fc.boolean() }) },
    );
    fc.assert(
      fc.property(fc.array(events, { maxLength: 40, size: 'max' }), (all) => {
        let tables = emptyTables(of);
        let now = 0;
        for (const event of all) {
          if (typeof event === 'number') tables = elapse(tables, (now += event)).tables;
          else if ('node' in event)
            tables = apply(tables, setNode(tables, event.node, event.down ? 'down' : 'active'));
          else
            for (const { link, frame } of event) tables = step(tables, frame, link, ++now).tables;
          expectSound(tables);
        }
      }),
      { numRuns: 100 },
    );
  });
});
