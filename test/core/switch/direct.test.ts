// The alternate embodiment (A14, claim 15): the gateway readdresses the frame and leaves the message alone.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Step } from '../../../core/simulate/simulate.ts';
import { elapse, step } from '../../../core/simulate/simulate.ts';
import { apply } from '../../../core/decision/tables.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { setService } from '../../../core/switch/administration.ts';
import { emptyTables } from '../../../core/switch/start.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { counted } from '../rpc/slow-xdr.ts';
import type { Message } from './laboratory.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  ICMP,
  INSIDE,
  NODES,
  TCP,
  UDP,
  address,
  frameOf,
  knowing,
  macOf,
  packetOf,
  pass,
  right,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';
import { frame as arpFrame } from './neighbour-frames.ts';
import { callOf } from './routes/rpc-laboratory.ts';

const [ALPHA = HOST, BETA = HOST, GAMMA = HOST] = NODES;
const MANAGER = address('198.51.100.200');
const FAR = address('192.0.2.77');
const SYN = 0x02;
const SYN_ACK = 0x12;
const ACK = 0x10;

const services = [
  { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
  { port: 22, protocol: 'tcp', route: 'node', node: 'alpha' },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'gamma'] },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
];
const of = topology({ forwarding: 'direct', services });
const rewriting = topology({ services });
const tables = tablesOf(of, [HOST, MANAGER]);

/** What a node sends in the cluster's name. */
const fromNode = (sender: Ipv4Address, message: Partial<Message>): Message => ({
  source: CLUSTER,
  destination: HOST,
  sender,
  protocol: UDP,
  sourcePort: 9000,
  destinationPort: 9,
  ...message,
});

const toCluster = (message: Partial<Message>): Message => ({
  source: HOST,
  destination: CLUSTER,
  sourcePort: 9000,
  ...message,
});

const packets = ({ outputs }: Step): readonly Uint8Array[] =>
  outputs.map(({ frame }) => frame.slice(14));

/** The node whose MAC address the only frame that leaves is addressed to. */
const nodeOf = (one: Step): Ipv4Address | undefined =>
  NODES.find((node) => seen(one).length === 1 && seen(one)[0]?.mac === macOf(node));

const nfsCall = (node: number): Uint8Array =>
  callOf({ program: 100003, version: 3, procedure: 1, args: counted([1, 0, 0, node, 0, 0]) });

describe('inbound messages in direct', () => {
  const messages = fc.oneof(
    fc.record({
      protocol: fc.constant(TCP),
      sourcePort: fc.integer({ min: 1, max: 5 }),
      destinationPort: fc.constantFrom(80, 22, 40_000, 40_001),
      flags: fc.constantFrom(SYN, SYN, ACK, 0x11, 0x04),
      payload: fc.uint8Array({ maxLength: 30 }),
      ttl: fc.constantFrom(1, 2, 64),
    }),
    fc.record({
      protocol: fc.constant(UDP),
      sourcePort: fc.integer({ min: 1, max: 5 }),
      destinationPort: fc.constantFrom(53, 7, 40_001),
      payload: fc.uint8Array({ maxLength: 30 }),
      ttl: fc.constantFrom(1, 64),
      options: fc.constantFrom(new Uint8Array(0), Uint8Array.of(1, 1, 1, 0)),
    }),
    fc.record({
      protocol: fc.constant(UDP),
      sourcePort: fc.integer({ min: 1, max: 5 }),
      destinationPort: fc.constant(2049),
      payload: fc.integer({ min: 1, max: 3 }).map(nfsCall),
    }),
  );

  it('A14: go to the node that rewriting would choose, and nothing changes but the frame', () => {
    fc.assert(
      fc.property(fc.array(messages, { maxLength: 30 }), (all) => {
        let here = tables;
        let there = tablesOf(rewriting);
        for (const message of all) {
          const one = pass(here, CAMPUS, toCluster(message));
          const other = pass(there, CAMPUS, toCluster(message));
          const forwarded = other.decision.verdict.kind === 'forward';
          expect(one.decision.verdict.kind).toBe(other.decision.verdict.kind);
          if (forwarded) {
            expect(packets(one)).toEqual([packetOf(toCluster(message))]);
            expect(one.outputs.map(({ egress }) => egress)).toEqual([INTERCONNECT]);
            expect(seen(one)[0]?.mac).toBe(seen(other)[0]?.mac);
          }
          [here, there] = [one.tables, other.tables];
        }
      }),
    );
  });

  it('A14 D2: an ICMP error from outside reaches the node that sent what it quotes, as it came', () => {
    const opened = pass(tables, INTERCONNECT, fromNode(GAMMA, {})).tables;
    const quotes: readonly (readonly [Message, readonly Ipv4Address[]])[] = [
      [fromNode(GAMMA, {}), [GAMMA]],
      [fromNode(BETA, { sourcePort: 53 }), [BETA]],
      [fromNode(ALPHA, { sourcePort: 40_001 }), [GAMMA]],
      [fromNode(ALPHA, { sourcePort: 2049 }), NODES],
    ];
    for (const [quoted, nodes] of quotes) {
      const error = icmp.encode(icmp.errorMessage(3, 4, 1400, packetOf(quoted)));
      const message = toCluster({ protocol: ICMP, payload: error });
      const told = pass(opened, CAMPUS, message);
      expect(packets(told)).toEqual(nodes.map(() => packetOf(message)));
      expect(told.outputs.map(({ frame }) => [...frame.slice(2, 6)])).toEqual(
        nodes.map((node) => [10, 77, 0, node & 255]),
      );
    }
  });
});

describe('outgoing messages in direct', () => {
  it('A14 A11: what a node sends as the cluster passes as it is', () => {
    const opened = pass(tables, CAMPUS, toCluster({ flags: SYN, destinationPort: 80 }));
    const node = nodeOf(opened) ?? HOST;
    const answers = [
      fromNode(node, { protocol: TCP, sourcePort: 80, destinationPort: 9000, flags: SYN_ACK }),
      fromNode(BETA, { sourcePort: 53 }),
      fromNode(ALPHA, { sourcePort: 2049 }),
      fromNode(GAMMA, { sourcePort: 2049, destination: FAR }),
      fromNode(GAMMA, { sourcePort: 40_001 }),
      fromNode(ALPHA, {
        protocol: ICMP,
        payload: icmp.encode({ type: 0, code: 0, rest: 7, payload: new Uint8Array(4) }),
      }),
    ];
    for (const message of answers) {
      const passed = pass(opened.tables, INTERCONNECT, message);
      expect(packets(passed)).toEqual([packetOf(message)]);
      const hop = message.destination === HOST ? HOST : address('198.51.100.254');
      expect(passed.outputs[0]?.egress).toBe(CAMPUS);
      expect([...(passed.outputs[0]?.frame.slice(2, 6) ?? [])]).toEqual([198, 51, 100, hop & 255]);
      expect(passed.decision.changes.filter(({ kind }) => kind !== 'connection')).toEqual([]);
    }
  });

  it('A14 D4: a connection that a node opens is its own: known by the MAC address', () => {
    for (const [protocol, flags] of [
      [TCP, SYN],
      [UDP, 0],
    ] as const)
      for (const node of NODES) {
        const opened = pass(tables, INTERCONNECT, fromNode(node, { protocol, flags }));
        expect(packets(opened)).toEqual([packetOf(fromNode(node, { protocol, flags }))]);
        const back = toCluster({
          protocol,
          flags: SYN_ACK,
          sourcePort: 9,
          destinationPort: 9000,
        });
        const answered = pass(opened.tables, CAMPUS, back);
        expect(nodeOf(answered)).toBe(node);
        expect(packets(answered)).toEqual([packetOf(back)]);
      }
  });

  it('A14 D4: of two nodes that take the same port, the second is turned away and counted', () => {
    for (const [protocol, flags] of [
      [TCP, SYN],
      [UDP, 0],
    ] as const) {
      const message = { protocol, flags };
      const first = pass(tables, INTERCONNECT, fromNode(ALPHA, message)).tables;
      const clash = { kind: 'drop', reason: 'connection-clash' };
      const second = pass(first, INTERCONNECT, fromNode(BETA, message));
      expect(second.decision.verdict).toEqual(clash);
      expect(pass(first, INTERCONNECT, fromNode(ALPHA, message)).decision.verdict.kind).toBe(
        'forward',
      );
      // Towards another port of the host it is another connection.
      const other = pass(first, INTERCONNECT, fromNode(BETA, { ...message, destinationPort: 10 }));
      expect(other.decision.verdict.kind).toBe('forward');
      // A connection of a service is no other node's either.
      const opened = pass(
        tables,
        CAMPUS,
        toCluster({ protocol, flags, destinationPort: protocol === TCP ? 80 : 7 }),
      );
      const served = fromNode(BETA, {
        protocol,
        flags: SYN_ACK,
        sourcePort: protocol === TCP ? 80 : 7,
        destinationPort: 9000,
      });
      expect(nodeOf(opened)).toBe(ALPHA);
      expect(pass(opened.tables, INTERCONNECT, served).decision.verdict).toEqual(clash);
    }
  });

  it('A14 D4: a port whose connection is over is free for another node', () => {
    const syn = { protocol: TCP, flags: SYN };
    const first = pass(tables, INTERCONNECT, fromNode(ALPHA, syn)).tables;
    const [connection] = first.connections.byOutside.values();
    if (connection === undefined) throw new Error('no connection');
    const over = apply(first, [
      { kind: 'connection', connection: { ...connection, phase: 'closing' } },
    ]);
    const second = pass(over, INTERCONNECT, fromNode(BETA, syn));
    expect(second.decision.verdict.kind).toBe('forward');
    const back = toCluster({ flags: SYN_ACK, sourcePort: 9, destinationPort: 9000 });
    expect(nodeOf(pass(second.tables, CAMPUS, back))).toBe(BETA);
  });

  it('A14 D4: a port that another node owns is borrowed by an entry', () => {
    for (const sourcePort of [53, 40_001]) {
      const owner = sourcePort === 53 ? BETA : GAMMA;
      const borrowed = pass(tables, INTERCONNECT, fromNode(ALPHA, { sourcePort }));
      const owned = pass(tables, INTERCONNECT, fromNode(owner, { sourcePort }));
      expect(owned.decision.changes).toEqual([]);
      const back = toCluster({ protocol: UDP, sourcePort: 9, destinationPort: sourcePort });
      expect(nodeOf(pass(borrowed.tables, CAMPUS, back))).toBe(ALPHA);
      expect(nodeOf(pass(owned.tables, CAMPUS, back))).toBe(owner);
    }
  });

  it('A14: what comes from a MAC address of no node is dropped; before any is known, owners are believed', () => {
    const stranger = address('10.77.0.99');
    expect(pass(tables, INTERCONNECT, fromNode(stranger, {})).decision.verdict).toEqual({
      kind: 'drop',
      reason: 'source-unknown',
    });
    const fresh = knowing(emptyTables(of), CAMPUS, [HOST]);
    const early = pass(fresh, INTERCONNECT, fromNode(BETA, { sourcePort: 53 }));
    expect(early.decision.verdict.kind).toBe('forward');
  });

  it('A14 D1: nodes that are not known are asked for, so that who sends can be told', () => {
    const fresh = knowing(emptyTables(of), CAMPUS, [HOST]);
    const asking = elapse(fresh, 250);
    expect(asking.outputs.map(({ egress, frame }) => [egress, ...frame.slice(38, 42)])).toEqual(
      NODES.map((node) => [INTERCONNECT, 10, 77, 0, node & 255]),
    );
    expect(elapse(asking.tables, 500).outputs).toEqual([]);
    const known = step(asking.tables, arpFrame(2, GAMMA, INSIDE), INTERCONNECT, 300).tables;
    expect(pass(known, INTERCONNECT, fromNode(GAMMA, {}), 301).decision.verdict.kind).toBe(
      'forward',
    );
    expect(elapse(emptyTables(rewriting), 250).outputs).toEqual([]);
  });

  it('A14 D2: an ICMP error of a node leaves as the cluster, whatever the node calls itself', () => {
    const message = toCluster({ protocol: UDP, destinationPort: 7 });
    const opened = pass(tables, CAMPUS, message);
    const error = icmp.encode(icmp.errorMessage(3, 3, 0, packetOf(message)));
    for (const source of [CLUSTER, nodeOf(opened) ?? HOST]) {
      const told = pass(opened.tables, INTERCONNECT, {
        source,
        sender: nodeOf(opened) ?? HOST,
        destination: HOST,
        protocol: ICMP,
        payload: error,
      });
      const packet = right(
        ipv4.decode(packets(told)[0] ?? error, 0, packets(told)[0]?.length ?? 0),
      );
      expect([packet.source, packet.destination]).toEqual([CLUSTER, HOST]);
      expect(packet.payload).toEqual(error);
    }
  });

  it('A14: where nothing is direct, a node that writes a cluster address is dropped', () => {
    const plain = tablesOf(rewriting);
    for (const sourcePort of [53, 2049, 9000, 40_001])
      expect(pass(plain, INTERCONNECT, fromNode(BETA, { sourcePort })).decision.verdict).toEqual({
        kind: 'drop',
        reason: 'source-unknown',
      });
  });
});

describe('a cluster of both kinds', () => {
  const mixed = topology({
    services: [
      {
        port: 80,
        protocol: 'tcp',
        route: 'connection',
        nodes: ['alpha', 'beta'],
        forwarding: 'direct',
      },
      { port: 81, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta'], nodePort: 8081 },
      { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
    ],
  });
  const state = tablesOf(mixed);

  it('A14: a service is direct while others are rewritten', () => {
    const first = toCluster({ flags: SYN, destinationPort: 80 });
    const directly = pass(state, CAMPUS, first);
    expect(packets(directly)).toEqual([packetOf(first)]);
    const node = nodeOf(directly) ?? HOST;
    const answer = fromNode(node, {
      protocol: TCP,
      sourcePort: 80,
      destinationPort: 9000,
      flags: SYN_ACK,
    });
    expect(packets(pass(directly.tables, INTERCONNECT, answer))).toEqual([packetOf(answer)]);

    const rewritten = pass(directly.tables, CAMPUS, toCluster({ flags: SYN, destinationPort: 81 }));
    const [to] = seen(rewritten);
    expect(to).toMatchObject({ sourcePort: 9000, destinationPort: 8081 });
    expect(['10.77.0.11', '10.77.0.12']).toContain(to?.destination);
    const back = pass(rewritten.tables, INTERCONNECT, {
      source: address(to?.destination ?? ''),
      destination: HOST,
      sourcePort: 8081,
      destinationPort: 9000,
      flags: SYN_ACK,
    });
    expect(seen(back)).toMatchObject([{ source: '198.51.100.1', sourcePort: 81 }]);
  });

  it('A14 D4: a node that opens a connection as itself is rewritten, as the cluster it is not', () => {
    const own = pass(state, INTERCONNECT, {
      source: BETA,
      destination: HOST,
      sourcePort: 9000,
      flags: SYN,
    });
    expect(seen(own)).toMatchObject([{ source: '198.51.100.1', sourcePort: 9000 }]);
    for (const node of [BETA, GAMMA]) {
      // 40,001 is gamma's by the algorithm: but what comes for it is rewritten unless an entry says otherwise.
      const syn = fromNode(node, { protocol: TCP, sourcePort: 40_001, flags: SYN });
      const asCluster = pass(state, INTERCONNECT, syn);
      expect(packets(asCluster)).toEqual([packetOf(syn)]);
      const back = toCluster({ sourcePort: 9, destinationPort: 40_001, flags: SYN_ACK });
      const answered = pass(asCluster.tables, CAMPUS, back);
      expect(nodeOf(answered)).toBe(node);
      expect(packets(answered)).toEqual([packetOf(back)]);
    }
  });

  it('A14 D4: what is rewritten is not taken over by a node that speaks as the cluster', () => {
    const message = toCluster({ flags: SYN, destinationPort: 81 });
    const opened = pass(state, CAMPUS, message);
    for (const sender of NODES) {
      const spoken = fromNode(sender, {
        protocol: TCP,
        flags: SYN,
        sourcePort: 81,
        destinationPort: 9000,
      });
      expect(pass(opened.tables, INTERCONNECT, spoken).decision.verdict).toEqual({
        kind: 'drop',
        reason: 'connection-clash',
      });
    }
  });

  it('A12 A14: a management host reaches a node by its own address in every kind', () => {
    for (const start of [tables, tablesOf(mixed, [MANAGER])]) {
      const asked = pass(start, CAMPUS, {
        source: MANAGER,
        destination: GAMMA,
        sourcePort: 9,
        flags: SYN,
      });
      expect(seen(asked)).toMatchObject([{ destination: '10.77.0.13', ttl: 60 }]);
      const answered = pass(asked.tables, INTERCONNECT, {
        source: GAMMA,
        destination: MANAGER,
        sourcePort: 80,
        destinationPort: 9,
        flags: SYN_ACK,
      });
      expect(seen(answered)).toMatchObject([{ source: '10.77.0.13', ttl: 60, egress: CAMPUS }]);
    }
  });

  it('A14 A22: a service that becomes direct keeps what it has, and is direct for what is new', () => {
    const [, service] = [...mixed.services.values()];
    if (service === undefined) throw new Error('no service');
    const before = pass(state, CAMPUS, toCluster({ flags: SYN, destinationPort: 81 })).tables;
    const after: Tables = apply(
      before,
      setService(before, { ...service, nodePort: 81, embodiment: 'direct' }),
    );
    const old = pass(after, CAMPUS, toCluster({ flags: ACK, destinationPort: 81 }));
    expect(seen(old)[0]?.destinationPort).toBe(8081);
    const young = toCluster({ flags: SYN, destinationPort: 81, sourcePort: 9001 });
    expect(packets(pass(after, CAMPUS, young))).toEqual([packetOf(young)]);
  });
});

it('A14: the frame itself is readdressed: nothing behind its header moves', () => {
  const frame = frameOf(of, CAMPUS, toCluster({ protocol: UDP, destinationPort: 53 }));
  const [out] = step(tables, frame, CAMPUS, 0).outputs;
  expect(out?.frame.slice(12)).toEqual(frame.slice(12));
  expect([...(out?.frame.slice(0, 6) ?? [])]).toEqual([2, 0, 10, 77, 0, 12]);
});
