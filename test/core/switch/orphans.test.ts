// Connections whose node is gone (A21): their hosts are told at once, rather than left to time out.

import { describe, expect, it } from 'vitest';
import { elapse } from '../../../core/simulate/simulate.ts';
import { adopt, setNode } from '../../../core/switch/administration.ts';
import { ageing } from '../../../core/switch/tick.ts';
import { PROBES, PROBE_EVERY } from '../../../core/switch/due/orphans.ts';
import { apply } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { CAMPUS, CLUSTER, HOST, UDP, macOf, pass, seen, tablesOf, topology } from './laboratory.ts';
import {
  FIN,
  SYN,
  RST,
  ACK,
  SYN_ACK,
  MANAGER,
  ALPHA,
  BETA,
  of,
  tables,
  toCluster,
  established,
  down,
  segmentIn,
  acknowledged,
  orphans,
} from './orphans-laboratory.ts';

describe('a host whose node is gone', () => {
  it('A21: is probed at the next tick, for each of its TCP connections', () => {
    const gone = down(established([1, 2, 3, 4, 5]), 1);
    expect(gone.connections.size).toBe(3);
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
    expect([...gone.connections.values()].map(({ hostPort }) => hostPort)).toEqual([2, 3]);
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
    expect(after.connections.size).toBe(2);
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

describe('a node that goes down with many connections', () => {
  it('A21: costs no more than one with few: the sweep makes orphans, so many at a time', () => {
    const before = established([1, 2, 3, 4, 5, 6]);
    const changes = setNode(before, 1, 'down');
    expect(changes.map(({ kind }) => kind)).toEqual(['topology']);
    const set = apply(before, changes);
    // Before the sweep comes to it, a host that says something is told all the same.
    const told = pass(set, CAMPUS, toCluster({ sourcePort: 2, flags: ACK }));
    expect(told.decision.verdict).toEqual({ kind: 'answer', reason: 'orphan-reset' });
    const some = ageing(set, set.connections.values(), 0, 2);
    expect(some.map(({ kind }) => kind)).toEqual(['connection-gone', 'orphan']);
    // A new connection of the same ports goes to a node that operates.
    const anew = pass(set, CAMPUS, toCluster({ sourcePort: 2, flags: SYN }));
    expect(anew.decision.verdict.kind).toBe('forward');
    expect(seen(anew)[0]?.destination).not.toBe('10.77.0.12');
  });
});
