// Several networks on one gateway, and several gateways (A13): answers show the address that was asked.

import { describe, expect, it } from 'vitest';
import type { Step } from '../../../core/simulate/simulate.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { formatIpv4 } from '../../../core/wire/address.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import {
  CAMPUS,
  HOST,
  ICMP,
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
import {
  LAB,
  SYN,
  ALPHA,
  BETA,
  campus,
  lab,
  LAB_HOST,
  FAR,
  CLUSTERS,
  tables,
  asker,
  router,
  askers,
  questions,
  ask,
  answer,
  changes,
} from './networks-laboratory.ts';

describe('two networks on one gateway', () => {
  describe.each(askers)('%s', (_, who) => {
    it.each(questions)(
      'A13 A11: is answered from the address it asked, by %s',
      (__, message, node, port) => {
        const asked = ask(tables, who, message);
        expect(seen(asked)).toMatchObject([
          { egress: INTERCONNECT, destination: formatIpv4(node) },
        ]);
        const [egress, hop] = who.back;
        expect(seen(answer(asked.tables, who, node, port, message.protocol ?? TCP))).toMatchObject([
          {
            egress,
            mac: macOf(hop),
            source: formatIpv4(CLUSTERS.get(who.asked) ?? HOST),
            sourcePort: message.destinationPort,
            destinationPort: 5000,
          },
        ]);
      },
    );

    it('A13 D2: has an ICMP error from the address it asked, which the error quotes', () => {
      const message = { protocol: UDP, destinationPort: 53, payload: Uint8Array.of(1, 2, 3) };
      const asked = ask(tables, who, message);
      const there = asked.outputs[0]?.frame.slice(14) ?? new Uint8Array(0);
      const error = icmp.encode(icmp.errorMessage(3, 3, 0, there));
      const told = pass(asked.tables, INTERCONNECT, {
        source: BETA,
        destination: who.host,
        protocol: ICMP,
        payload: error,
      });
      const frame = told.outputs[0]?.frame ?? new Uint8Array(0);
      const packet = right(ipv4.decode(frame, 14, frame.length));
      const cluster = CLUSTERS.get(who.asked) ?? HOST;
      expect(packet.source).toBe(cluster);
      const quoted = right(icmp.decode(packet.payload, 0, packet.payload.length)).payload;
      const question = packetOf({
        source: who.host,
        destination: cluster,
        sourcePort: 5000,
        ...message,
      });
      expect(quoted).toEqual(question);
      expect(told.outputs[0]?.egress).toBe(who.back[0]);
    });
  });

  it('A13: what a node opens leaves by the network of the host, by the default network if it has none', () => {
    const opens = (host: Ipv4Address): Step =>
      pass(tables, INTERCONNECT, { source: ALPHA, destination: host, sourcePort: 9, flags: SYN });
    expect(seen(opens(HOST))).toMatchObject([{ egress: CAMPUS, source: '198.51.100.1' }]);
    expect(seen(opens(LAB_HOST))).toMatchObject([{ egress: LAB, source: '203.0.113.1' }]);
    expect(seen(opens(FAR))).toMatchObject([
      { egress: CAMPUS, source: '198.51.100.1', mac: macOf(router(CAMPUS)) },
    ]);
  });

  it('A12 A13: a management host behind the routers of a network is answered by that network', () => {
    const manager = address('192.0.2.200');
    const asked = pass(tables, LAB, {
      source: manager,
      destination: ALPHA,
      sourcePort: 5000,
      flags: SYN,
    });
    expect(seen(asked)).toMatchObject([{ egress: INTERCONNECT, destination: '10.77.0.11' }]);
    const answered = answer(asked.tables, asker(manager, LAB, LAB, [LAB, manager]), ALPHA, 80, TCP);
    expect(seen(answered)).toMatchObject([
      { egress: LAB, mac: macOf(router(LAB)), source: '10.77.0.11' },
    ]);
  });

  it('A13: two connections of one host and port to two addresses are kept apart', () => {
    const first = asker(FAR, CAMPUS, CAMPUS, [CAMPUS, router(CAMPUS)]);
    const second = asker(FAR, LAB, LAB, [LAB, router(LAB)]);
    const message = { destinationPort: 80, flags: SYN };
    const one = ask(tables, first, message);
    const two = ask(one.tables, second, message);
    const [to, too] = [seen(one)[0]?.destination ?? '', seen(two)[0]?.destination ?? ''];
    expect(to).not.toBe(too);
    expect(seen(answer(two.tables, first, address(to), 80, TCP))).toMatchObject([
      { source: '198.51.100.1', egress: CAMPUS },
    ]);
    expect(seen(answer(two.tables, second, address(too), 80, TCP))).toMatchObject([
      { source: '203.0.113.1', egress: LAB },
    ]);
  });
});

describe('two gateways of one cluster', () => {
  const gateways = [
    {
      link: CAMPUS,
      cluster: '198.51.100.1',
      hop: address('198.51.100.254'),
      state: tablesOf(topology({ ...changes, networks: { campus } })),
    },
    {
      link: CAMPUS,
      cluster: '203.0.113.1',
      hop: address('203.0.113.254'),
      state: knowing(
        tablesOf(
          topology({
            ...changes,
            networks: { lab },
            interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.2/24' },
          }),
        ),
        CAMPUS,
        [address('203.0.113.254')],
      ),
    },
  ];

  it.each(questions)('A13: each does its own: %s', (_, message, node, port) => {
    for (const { link, cluster, hop, state } of gateways) {
      const who = asker(FAR, link, link, [link, hop]);
      const asked = pass(state, link, {
        source: FAR,
        destination: address(cluster),
        sourcePort: 5000,
        ...message,
      });
      expect(seen(asked)).toMatchObject([{ destination: formatIpv4(node) }]);
      expect(seen(answer(asked.tables, who, node, port, message.protocol ?? TCP))).toMatchObject([
        { egress: link, mac: macOf(hop), source: cluster, sourcePort: message.destinationPort },
      ]);
    }
  });

  it("A13: one knows nothing of the other's address, nor of its connections", () => {
    const [first, second] = gateways;
    if (first === undefined || second === undefined) throw new Error('two gateways');
    const message = { source: FAR, sourcePort: 5000, destinationPort: 80, flags: SYN };
    const elsewhere = pass(first.state, CAMPUS, {
      ...message,
      destination: address(second.cluster),
    });
    expect(elsewhere.decision.verdict).toEqual({ kind: 'drop', reason: 'not-addressed' });
    const asked = pass(second.state, CAMPUS, { ...message, destination: address(second.cluster) });
    const node = address(seen(asked)[0]?.destination ?? '');
    const who = asker(FAR, CAMPUS, CAMPUS, [CAMPUS, first.hop]);
    expect(answer(first.state, who, node, 80, TCP).decision.verdict).toEqual({
      kind: 'drop',
      reason: 'no-connection',
    });
  });
});
