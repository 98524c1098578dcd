// Connections whose node is gone (A21): their hosts are told at once, rather than left to time out.

import { describe, expect, it } from 'vitest';
import type { Output } from '../../../core/simulate/simulate.ts';
import { elapse } from '../../../core/simulate/simulate.ts';
import { adopt, setNode } from '../../../core/switch/administration.ts';
import { PROBED_AT_ONCE, PROBES, PROBE_EVERY } from '../../../core/switch/due/orphans.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { apply } from '../../../core/decision/tables.ts';
import { opened } from '../../../core/decision/connection/phase.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { ipv4 as ipv4Address } from '../../../core/wire/address.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import * as tcp from '../../../core/wire/tcp.ts';
import { emptyTables } from '../../../core/switch/start.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  NODES,
  TCP,
  UDP,
  address,
  knowing,
  macOf,
  packetOf,
  pass,
  right,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';
import type { Message } from './laboratory.ts';

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;
const SYN_ACK = SYN | ACK;
const MANAGER = address('198.51.100.200');
const [ALPHA = HOST, BETA = HOST] = NODES;

const of = topology();
const tables = tablesOf(of, [HOST, MANAGER]);

const toCluster = (message: Partial<Message>): Message => ({
  source: HOST,
  destination: CLUSTER,
  sourcePort: 5000,
  ...message,
});

/** Connections of the host to port 80, from these ports: to alpha, beta, gamma in turn; established. */
const established = (ports: readonly number[], state: Tables = tables): Tables =>
  ports.reduce((before, sourcePort) => {
    const syn = pass(before, CAMPUS, toCluster({ sourcePort, flags: SYN }));
    const answer = pass(syn.tables, INTERCONNECT, {
      source: address(seen(syn)[0]?.destination ?? ''),
      destination: HOST,
      sourcePort: 80,
      destinationPort: sourcePort,
      flags: SYN_ACK,
    });
    return pass(answer.tables, CAMPUS, toCluster({ sourcePort, flags: ACK })).tables;
  }, state);

const down = (state: Tables, node: number): Tables => apply(state, setNode(state, node, 'down'));

/** The TCP segment in a frame, and what carries it; checksums must be right. */
const segmentIn = ({ egress, frame }: Output) => {
  const packet = right(ipv4.decode(frame, 14, frame.length));
  const { source, destination, payload } = packet;
  const fault = tcp.checksumFault(payload, 0, payload.length, source, destination);
  if (fault !== 0) throw new Error('checksum');
  const mac = Buffer.from(frame.slice(0, 6)).readUIntBE(0, 6);
  return { egress, mac, source, destination, ...right(tcp.decode(payload, 0, payload.length)) };
};

/** The number that a message of the test acknowledges. */
const acknowledged = (message: Message): number => {
  const packet = packetOf(message);
  const { payload } = right(ipv4.decode(packet, 0, packet.length));
  return right(tcp.decode(payload, 0, payload.length)).acknowledgement;
};

const orphans = (state: Tables): number => state.orphans.size;

describe('a host whose node is gone', () => {
  it('A21: is probed at the next tick, for each of its TCP connections', () => {
    const gone = down(established([1, 2, 3, 4, 5]), 1);
    expect(gone.connections.byOutside.size).toBe(3);
    expect(orphans(gone)).toBe(2);
    const { outputs } = elapse(gone, 250);
    expect(outputs.map(segmentIn)).toMatchObject(
      [2, 5].map((destinationPort) => ({
        egress: CAMPUS,
        mac: macOf(HOST),
        source: CLUSTER,
        destination: HOST,
        sourcePort: 80,
        destinationPort,
        flags: ACK,
      })),
    );
    const [one, two] = outputs.map(segmentIn);
    expect(one?.sequence).not.toBe(two?.sequence);
  });

  it('A21: gets the reset that it expects when it answers, as often as it answers', () => {
    let state = elapse(down(established([1, 2, 3]), 1), 250).tables;
    for (const sequence of [7, 8]) {
      const told = pass(state, CAMPUS, toCluster({ sourcePort: 2, flags: ACK }), 260 + sequence);
      expect(told.decision.verdict).toEqual({ kind: 'answer', reason: 'orphan-reset' });
      expect(told.outputs.map(segmentIn)).toMatchObject([
        // What the host acknowledges is the only number that RFC 5961 has it believe.
        {
          sequence: acknowledged(toCluster({ sourcePort: 2, flags: ACK })),
          flags: RST,
          source: CLUSTER,
          destination: HOST,
          destinationPort: 2,
        },
      ]);
      state = told.tables;
    }
    expect(
      pass(state, CAMPUS, toCluster({ sourcePort: 2, flags: FIN | ACK })).outputs,
    ).toHaveLength(1);
    const over = pass(state, CAMPUS, toCluster({ sourcePort: 2, flags: RST }), 300);
    expect(over.outputs).toEqual([]);
    expect(orphans(over.tables)).toBe(0);
    const later = pass(over.tables, CAMPUS, toCluster({ sourcePort: 2, flags: ACK }), 301);
    expect(later.decision.verdict).toEqual({ kind: 'drop', reason: 'no-connection' });
  });

  it('A21: is probed a few times, with other numbers, and then forgotten', () => {
    let state = down(established([1, 2, 3]), 1);
    const sent: (readonly [number, number])[] = [];
    for (let now = 250; now <= 250 + PROBES * PROBE_EVERY + 240_000; now += 250) {
      const after = elapse(state, now);
      for (const output of after.outputs) sent.push([now, segmentIn(output).sequence]);
      state = after.tables;
    }
    expect(sent.map(([now]) => now)).toEqual([250, 750, 1250, 1750]);
    expect(new Set(sent.map(([, sequence]) => sequence)).size).toBe(PROBES);
    expect(orphans(state)).toBe(0);
  });

  it('A21: opens another connection as it likes', () => {
    const state = elapse(down(established([1, 2, 3]), 1), 250).tables;
    const anew = pass(state, CAMPUS, toCluster({ sourcePort: 2, flags: SYN }), 251);
    expect(seen(anew)).toMatchObject([{ destination: '10.77.0.11' }]);
    expect(orphans(anew.tables)).toBe(0);
    expect(
      seen(pass(anew.tables, CAMPUS, toCluster({ sourcePort: 2, flags: ACK }), 252)),
    ).toHaveLength(1);
    expect(elapse(anew.tables, 750).outputs).toEqual([]);
  });

  it('A21: is not told of connections that are over, nor of UDP, which knows none', () => {
    let state = established([1, 2, 3]);
    for (const flags of [FIN | ACK]) {
      state = pass(state, CAMPUS, toCluster({ sourcePort: 1, flags })).tables;
      const node = { source: ALPHA, destination: HOST, sourcePort: 80, destinationPort: 1, flags };
      state = pass(state, INTERCONNECT, node).tables;
    }
    state = pass(state, CAMPUS, toCluster({ protocol: UDP, destinationPort: 7 })).tables;
    const gone = down(state, 0);
    expect([...gone.connections.byOutside.values()].map(({ hostPort }) => hostPort)).toEqual([
      2, 3,
    ]);
    expect(orphans(gone)).toBe(0);
  });

  it('A21: is told whatever the entry: of one node, opened by the node, or a management host', () => {
    // Where closed ports drop, nothing but this tells the host.
    const quiet = topology({
      unmatched: 'drop',
      services: [{ port: 22, protocol: 'tcp', route: 'node', node: 'beta' }],
    });
    let state = tablesOf(quiet, [HOST, MANAGER]);
    state = pass(state, CAMPUS, toCluster({ destinationPort: 22, flags: SYN })).tables;
    state = pass(state, INTERCONNECT, {
      source: BETA,
      destination: HOST,
      sourcePort: 999,
      destinationPort: 514,
      flags: SYN,
    }).tables;
    state = pass(state, CAMPUS, {
      source: MANAGER,
      destination: BETA,
      sourcePort: 9,
      destinationPort: 22,
      flags: SYN,
    }).tables;
    const probed = elapse(down(state, 1), 250);
    expect(probed.outputs.map(segmentIn)).toMatchObject([
      { source: CLUSTER, destination: HOST, sourcePort: 22, destinationPort: 5000 },
      { source: CLUSTER, destination: HOST, sourcePort: 999, destinationPort: 514 },
      { source: BETA, destination: MANAGER, sourcePort: 22, destinationPort: 9 },
    ]);
    const challenges = [
      toCluster({ destinationPort: 22, flags: ACK }),
      toCluster({ sourcePort: 514, destinationPort: 999, flags: ACK }),
      { source: MANAGER, destination: BETA, sourcePort: 9, destinationPort: 22, flags: ACK },
    ];
    for (const challenge of challenges) {
      const told = pass(probed.tables, CAMPUS, challenge, 260);
      expect(told.outputs.map(segmentIn)).toMatchObject([
        {
          sequence: acknowledged(challenge),
          flags: RST,
          source: challenge.destination,
          destination: challenge.source,
        },
      ]);
    }
  });

  it('A21 D4: is left alone by a connection that a node opens in the same place', () => {
    const opening = { source: BETA, destination: HOST, sourcePort: 999, destinationPort: 514 };
    const state = pass(tables, INTERCONNECT, { ...opening, flags: SYN }).tables;
    const anew = pass(down(state, 1), INTERCONNECT, { ...opening, source: ALPHA, flags: SYN });
    expect(seen(anew)).toMatchObject([{ sourcePort: 999 }]);
    expect(orphans(anew.tables)).toBe(0);
    const answer = toCluster({ sourcePort: 514, destinationPort: 999, flags: SYN_ACK });
    expect(seen(pass(anew.tables, CAMPUS, answer))).toMatchObject([{ destination: '10.77.0.11' }]);
  });

  it('A21 D1: waits for its next hop to be found, which is asked for once', () => {
    const known = knowing(emptyTables(of), INTERCONNECT, NODES);
    const gone = down(
      [1, 2, 3, 4].reduce(
        (state, hostPort) =>
          apply(state, [
            {
              kind: 'connection',
              connection: opened(
                {
                  protocol: TCP,
                  openedBy: 'host',
                  hostAddress: HOST,
                  hostPort,
                  clusterAddress: CLUSTER,
                  clusterPort: 80,
                  node: 1,
                  nodeAddress: BETA,
                  nodePort: 80,
                },
                0,
              ),
            },
          ]),
        known,
      ),
      1,
    );
    const asking = elapse(gone, 250);
    expect(asking.outputs.map(({ frame }) => [...frame.slice(12, 14)])).toEqual([[8, 6]]);
    const found = knowing(asking.tables, CAMPUS, [HOST]);
    expect(elapse(found, 750).outputs.map(segmentIn)).toHaveLength(4);
  });

  it('A21 D1: has its next hop confirmed once, and found anew once it is forgotten', () => {
    const at = (heardAt: number): Tables =>
      down(
        apply(
          established([1, 2, 3, 4, 5]),
          [...tables.neighbours.values()]
            .filter((one) => one.address === HOST)
            .map((one) => ({ kind: 'neighbour' as const, neighbour: { ...one, heardAt } })),
        ),
        1,
      );
    const confirmed = elapse(at(0), 70_000);
    const isArp = ({ frame }: Output) => frame[13] === 6;
    expect(confirmed.outputs.filter(isArp)).toHaveLength(1);
    expect(confirmed.outputs.filter((one) => !isArp(one))).toHaveLength(2);
    const forgotten = elapse(at(0), 600_000);
    expect(forgotten.outputs.filter((one) => !isArp(one))).toEqual([]);
    const found = [...forgotten.tables.neighbours.values()].find((one) => one.address === HOST);
    expect(found).toMatchObject({ mac: null, asked: 1, askedAt: 600_000 });
  });

  it('A21 D1: neither displaces neighbours nor overfills their table', () => {
    const small = topology({ limits: { neighbours: 6 } });
    const hosts = Array.from({ length: 20 }, (_, n) => ipv4Address(address('198.51.100.20') + n));
    const some = hosts.reduce(
      (state, hostAddress) =>
        apply(state, [
          {
            kind: 'connection',
            connection: opened(
              {
                protocol: TCP,
                openedBy: 'host',
                hostAddress,
                hostPort: 9,
                clusterAddress: CLUSTER,
                clusterPort: 80,
                node: 1,
                nodeAddress: BETA,
                nodePort: 80,
              },
              0,
            ),
          },
        ]),
      tablesOf(small),
    );
    const probed = elapse(down(some, 1), 250);
    const kept = [...probed.tables.neighbours.values()].map((one) => one.address);
    expect(kept).toEqual([...NODES, HOST, address('198.51.100.254'), hosts[0] as Ipv4Address]);
  });

  it('A21: of very many no tick probes more than some, and none waits for others to be probed twice', () => {
    const many = PROBED_AT_ONCE * 2 + 10;
    const router = address('198.51.100.254');
    let state = knowing(emptyTables(of), CAMPUS, [router]);
    for (let port = 0; port < many; port++) {
      const ends = {
        protocol: TCP,
        openedBy: 'host' as const,
        hostAddress: ipv4Address(address('192.0.2.1') + Math.floor(port / 60_000)),
        hostPort: 1 + (port % 60_000),
        clusterAddress: CLUSTER,
        clusterPort: 80,
        node: 1,
        nodeAddress: BETA,
        nodePort: 80,
      };
      state = apply(state, [
        { kind: 'orphan', orphan: { connection: opened(ends, 0), probedAt: 0, probed: 0 } },
      ]);
    }
    const counts: number[] = [];
    const probed = new Set<number>();
    for (const now of [500, 1000, 1500]) {
      const after = elapse(state, now);
      counts.push(after.outputs.length);
      for (const output of after.outputs) probed.add(segmentIn(output).destinationPort);
      state = after.tables;
    }
    expect(counts).toEqual([PROBED_AT_ONCE, PROBED_AT_ONCE, PROBED_AT_ONCE]);
    expect(probed.size).toBe(many);
  });
});

describe('a new configuration', () => {
  it('A21 A22: without a node orphans its connections as one that is down', () => {
    const before = established([1, 2, 3]);
    const next = topology({
      nodes: {
        alpha: { number: 1, address: '10.77.0.11' },
        gamma: { number: 3, address: '10.77.0.13' },
      },
      services: [{ port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'gamma'] }],
    });
    const after = apply(before, adopt(before, of, next));
    expect(after.connections.byOutside.size).toBe(2);
    const probed = elapse(after, 250);
    expect(probed.outputs.map(segmentIn)).toMatchObject([{ destinationPort: 2, flags: ACK }]);
    const told = pass(probed.tables, CAMPUS, toCluster({ sourcePort: 2, flags: ACK }), 260);
    expect(told.decision.verdict).toEqual({ kind: 'answer', reason: 'orphan-reset' });
    const others = [1, 3].map((sourcePort) =>
      seen(pass(probed.tables, CAMPUS, toCluster({ sourcePort, flags: ACK }), 261)),
    );
    expect(others).toMatchObject([
      [{ destination: '10.77.0.11' }],
      [{ destination: '10.77.0.13' }],
    ]);
  });
});
