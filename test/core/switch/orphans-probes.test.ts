// Probes of hosts whose node is gone (A21): bounded, and in turn.

import { describe, expect, it } from 'vitest';
import type { Output } from '../../../core/simulate/simulate.ts';
import { elapse } from '../../../core/simulate/simulate.ts';
import { PROBED_AT_ONCE } from '../../../core/switch/due/orphans.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { apply } from '../../../core/decision/tables.ts';
import { opened } from '../../../core/decision/connection/phase.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { ipv4 as ipv4Address } from '../../../core/wire/address.ts';
import { emptyTables } from '../../../core/switch/start.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  NODES,
  TCP,
  address,
  knowing,
  tablesOf,
  topology,
} from './laboratory.ts';
import { BETA, of, established, down, segmentIn, tables } from './orphans-laboratory.ts';

describe('probes of hosts whose node is gone', () => {
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
