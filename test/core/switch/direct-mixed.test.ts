// A cluster in which some services are direct and others rewritten (A14).

import { describe, expect, it } from 'vitest';
import { apply } from '../../../core/decision/tables.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { setService } from '../../../core/switch/administration.ts';
import {
  CAMPUS,
  HOST,
  NODES,
  TCP,
  address,
  packetOf,
  pass,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';
import {
  BETA,
  GAMMA,
  MANAGER,
  SYN,
  SYN_ACK,
  ACK,
  tables,
  fromNode,
  toCluster,
  packets,
  nodeOf,
} from './direct-laboratory.ts';

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
