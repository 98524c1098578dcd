// The alternate embodiment (A14, claim 15): the gateway readdresses the frame and leaves the message alone.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elapse, step } from '../../../core/simulate/simulate.ts';
import { setNode } from '../../../core/switch/administration.ts';
import { apply } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { emptyTables } from '../../../core/switch/start.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
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
  packetOf,
  pass,
  right,
  seen,
  tablesOf,
} from './laboratory.ts';
import { frame as arpFrame } from './neighbour-frames.ts';
import {
  ALPHA,
  BETA,
  GAMMA,
  FAR,
  SYN,
  SYN_ACK,
  ACK,
  of,
  rewriting,
  tables,
  fromNode,
  toCluster,
  packets,
  nodeOf,
  nfsCall,
} from './direct-laboratory.ts';

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

  it('A14 A21: a node that is down sends nothing as the cluster, whether it would need an entry or not', () => {
    const down = apply(tables, setNode(tables, 1, 'down'));
    for (const message of [
      { protocol: UDP, sourcePort: 53, destinationPort: 4000 },
      { sourcePort: 5000, destinationPort: 22, flags: SYN },
    ]) {
      const { decision } = pass(down, INTERCONNECT, fromNode(BETA, message));
      expect(decision.verdict).toEqual({ kind: 'drop', reason: 'node-down' });
      expect(decision.changes).toEqual([]);
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
    const [connection] = first.connections.values();
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

it('A14: the frame itself is readdressed: nothing behind its header moves', () => {
  const frame = frameOf(of, CAMPUS, toCluster({ protocol: UDP, destinationPort: 53 }));
  const [out] = step(tables, frame, CAMPUS, 0).outputs;
  expect(out?.frame.slice(12)).toEqual(frame.slice(12));
  expect([...(out?.frame.slice(0, 6) ?? [])]).toEqual([2, 0, 10, 77, 0, 12]);
});
