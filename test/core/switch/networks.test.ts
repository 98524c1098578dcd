// Several networks on one gateway, and several gateways (A13): answers show the address that was asked.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Step } from '../../../core/simulate/simulate.ts';
import { elapse } from '../../../core/simulate/simulate.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Link } from '../../../core/decision/topology.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import { formatIpv4, ipv4 as ipv4Address } from '../../../core/wire/address.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { counted, string } from '../rpc/slow-xdr.ts';
import type { Message } from './laboratory.ts';
import {
  CAMPUS,
  HOST,
  ICMP,
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
import { callOf } from './routes/rpc-laboratory.ts';

const LAB: Link = CAMPUS + 1;
const SYN = 0x02;
const SYN_ACK = 0x12;
const [ALPHA = HOST, BETA = HOST, GAMMA = HOST] = NODES;

const services = [
  { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  { port: 123, protocol: 'udp', route: 'node', node: 'gamma', nodePort: 1123 },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
  { port: 20048, protocol: 'udp', route: 'mount' },
];
const campus = {
  device: { tap: 'oh-campus' },
  address: '198.51.100.1/24',
  router: '198.51.100.254',
  management: ['198.51.100.200'],
};
const lab = {
  device: { tap: 'oh-lab' },
  address: '203.0.113.1/24',
  router: '203.0.113.254',
  management: ['192.0.2.200'],
};
const changes = {
  services,
  exports: { '/projects': 'gamma' },
  mountPorts: { alpha: 635, beta: 635, gamma: 635 },
};
const of = topology({ ...changes, networks: { campus, lab } });

const LAB_HOST = address('203.0.113.9');
const FAR = address('192.0.2.77');
const ROUTERS = new Map([
  [CAMPUS, address('198.51.100.254')],
  [LAB, address('203.0.113.254')],
]);
const CLUSTERS = new Map([
  [CAMPUS, address('198.51.100.1')],
  [LAB, address('203.0.113.1')],
]);

const withNeighbours = (tables: Tables): Tables =>
  knowing(knowing(tables, LAB, [LAB_HOST, address('203.0.113.254')]), CAMPUS, [HOST]);
const tables = withNeighbours(tablesOf(of));

/** Who asks, the network whose cluster address is asked, and where the question comes in. */
interface Asker {
  readonly host: Ipv4Address;
  readonly asked: Link;
  readonly by: Link;
  /** Where the answer must go. */
  readonly back: readonly [Link, Ipv4Address];
}

const asker = (
  host: Ipv4Address,
  asked: Link,
  by: Link,
  back: readonly [Link, Ipv4Address],
): Asker => ({
  host,
  asked,
  by,
  back,
});
const router = (link: Link): Ipv4Address => ROUTERS.get(link) ?? HOST;

const askers: readonly (readonly [string, Asker])[] = [
  ['a host of the first network', asker(HOST, CAMPUS, CAMPUS, [CAMPUS, HOST])],
  ['a host of the second', asker(LAB_HOST, LAB, LAB, [LAB, LAB_HOST])],
  ['a host of the first, by routers, the second', asker(HOST, LAB, LAB, [CAMPUS, HOST])],
  ['a host of the first, straight, the second', asker(HOST, LAB, CAMPUS, [CAMPUS, HOST])],
  ['a host of the second, by routers, the first', asker(LAB_HOST, CAMPUS, CAMPUS, [LAB, LAB_HOST])],
  ['a host behind routers the first', asker(FAR, CAMPUS, CAMPUS, [CAMPUS, router(CAMPUS)])],
  ['a host behind routers the second', asker(FAR, LAB, LAB, [LAB, router(LAB)])],
];

const nfsCall = callOf({
  program: 100003,
  version: 3,
  procedure: 1,
  args: counted([1, 0, 0, 1, 0, 0]),
});
const mountCall = callOf({ program: 100005, version: 3, procedure: 1, args: string('/projects') });

/** Questions: what is asked, and the node and port that answer. */
const questions: readonly (readonly [string, Partial<Message>, Ipv4Address, number])[] = [
  ['the connection manager', { protocol: TCP, destinationPort: 80, flags: SYN }, ALPHA, 80],
  ['one node', { protocol: UDP, destinationPort: 53 }, BETA, 53],
  ['one node on another port', { protocol: UDP, destinationPort: 123 }, GAMMA, 1123],
  ['NFS', { protocol: UDP, destinationPort: 2049, payload: nfsCall }, ALPHA, 2049],
  ['MOUNT', { protocol: UDP, destinationPort: 20048, payload: mountCall }, GAMMA, 635],
  ['a non-specific port', { protocol: UDP, destinationPort: 40_001 }, GAMMA, 40_001],
  [
    'a non-specific port of TCP',
    { protocol: TCP, destinationPort: 40_001, flags: SYN },
    GAMMA,
    40_001,
  ],
];

const ask = (state: Tables, { host, asked, by }: Asker, message: Partial<Message>, now = 0): Step =>
  pass(
    state,
    by,
    { source: host, destination: CLUSTERS.get(asked) ?? HOST, sourcePort: 5000, ...message },
    now,
  );

const answer = (
  state: Tables,
  { host }: Asker,
  node: Ipv4Address,
  port: number,
  protocol: number,
  now = 0,
): Step =>
  pass(
    state,
    INTERCONNECT,
    {
      source: node,
      destination: host,
      protocol,
      sourcePort: port,
      destinationPort: 5000,
      flags: SYN_ACK,
    },
    now,
  );

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

describe('what is remembered of addresses that were asked', () => {
  const second = asker(FAR, LAB, LAB, [LAB, router(LAB)]);
  const dns = { protocol: UDP, destinationPort: 53 };

  it('A13: is nothing where the answer shows the right address anyway', () => {
    const first = asker(FAR, CAMPUS, CAMPUS, [CAMPUS, router(CAMPUS)]);
    expect(ask(tables, first, dns).tables.ways.size).toBe(0);
    const remembered = ask(tables, second, dns).tables;
    expect(remembered.ways.size).toBe(1);
    // The host goes over to the other address, with the same port.
    const moved = ask(remembered, first, dns);
    expect(moved.tables.ways.size).toBe(0);
    expect(seen(answer(moved.tables, first, BETA, 53, UDP))).toMatchObject([
      { source: '198.51.100.1', egress: CAMPUS },
    ]);
    const alone = tablesOf(topology(changes));
    expect(ask(alone, first, dns).tables.ways.size).toBe(0);
  });

  it('A13: is forgotten when the exchange is idle, and kept while it goes on', () => {
    let state = ask(tables, second, dns, 0).tables;
    state = ask(state, second, dns, 200_000).tables;
    state = elapse(state, 400_000).tables;
    expect(seen(answer(state, second, BETA, 53, UDP, 400_000))).toMatchObject([
      { source: '203.0.113.1' },
    ]);
    expect(seen(answer(state, second, BETA, 53, UDP, 500_000))).toMatchObject([
      { source: '198.51.100.1' },
    ]);
    expect(elapse(state, 500_000).tables.ways.size).toBe(0);
  });

  it('A13: is written once a second at most', () => {
    const state = ask(tables, second, dns, 1000).tables;
    expect(ask(state, second, dns, 1999).decision.changes).toEqual([]);
    expect(ask(state, second, dns, 2000).decision.changes.map(({ kind }) => kind)).toEqual([
      'way-gone',
      'way',
    ]);
  });

  it('A13: is bounded; the longest idle goes first', () => {
    const small = topology({ ...changes, networks: { campus, lab }, limits: { connections: 8 } });
    const askers_ = fc.array(fc.tuple(fc.nat({ max: 30 }), fc.integer({ min: 0, max: 3000 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(askers_, (all) => {
        let state = withNeighbours(tablesOf(small));
        let now = 0;
        for (const [host, wait] of all) {
          now += wait;
          state = ask(state, { ...second, host: ipv4Address(FAR + host) }, dns, now).tables;
          const times = [...state.ways.values()].map(({ lastSeen }) => lastSeen);
          expect(times.length).toBeLessThanOrEqual(8);
          expect(state.ways.size).toBe(times.length);
          expect(times).toEqual([...times].sort((a, b) => a - b));
          const last = [...state.ways.values()].find((way) => way.hostAddress === FAR + host);
          expect(now - (last?.lastSeen ?? -Infinity)).toBeLessThan(1000);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('A13: no other host, and no other port, moves the answers of an exchange', () => {
    const others = fc.record({
      host: fc.constantFrom(FAR, HOST, LAB_HOST, address('192.0.2.78')),
      asked: fc.constantFrom(CAMPUS, LAB),
      by: fc.constantFrom(CAMPUS, LAB),
      sourcePort: fc.constantFrom(5000, 5001),
      destinationPort: fc.constantFrom(53, 123, 40_001),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(CAMPUS, LAB),
        fc.array(others, { maxLength: 20 }),
        (asked, all) => {
          const who = asker(FAR, asked, asked, [asked, router(asked)]);
          let state = ask(tables, who, dns).tables;
          for (const { host, sourcePort, destinationPort, ...one } of all) {
            const isSame = host === FAR && sourcePort === 5000 && destinationPort === 53;
            if (isSame) continue;
            const message = { protocol: UDP, sourcePort, destinationPort };
            state = ask(state, { ...one, host, back: who.back }, message).tables;
          }
          expect(seen(answer(state, who, BETA, 53, UDP))).toMatchObject([
            { egress: asked, source: formatIpv4(CLUSTERS.get(asked) ?? HOST) },
          ]);
        },
      ),
    );
  });

  it('A13: a question forged in the name of a host misleads until the host asks again, no longer', () => {
    const first = asker(FAR, CAMPUS, CAMPUS, [CAMPUS, router(CAMPUS)]);
    const asked = ask(tables, first, dns).tables;
    const forged = ask(asked, second, dns).tables;
    const again = ask(forged, first, dns, 1).tables;
    expect(seen(answer(again, first, BETA, 53, UDP, 1))).toMatchObject([
      { source: '198.51.100.1', egress: CAMPUS },
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
