// Fragments in any order through the switch (D3).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Output, Step } from '../../../core/simulate/simulate.ts';
import { elapse, step } from '../../../core/simulate/simulate.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { apply } from '../../../core/decision/tables.ts';
import type { Link } from '../../../core/decision/topology.ts';
import { INTERCONNECT, linkSettings } from '../../../core/decision/topology.ts';
import { PAIR_DISTANCE } from '../../../core/host/reassembly.ts';
import { emptyTables } from '../../../core/switch/start.ts';
import { tick } from '../../../core/switch/tick.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import * as ethernet from '../../../core/wire/ethernet.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { ETHER_TYPE_IPV4 } from '../../../core/wire/layout/ethernet.ts';
import {
  anyOrder,
  cutAt,
  cutFor,
  fragment,
  packetIn,
  places,
  together,
} from '../../arbitraries/fragments.ts';
import { counted, string } from '../rpc/slow-xdr.ts';
import { frame as arpFrame } from './neighbour-frames.ts';
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
  macOf,
  packetOf,
  pass,
  right,
  tablesOf,
  topology,
} from './laboratory.ts';
import type { Message } from './laboratory.ts';
import { callOf } from './routes/rpc-laboratory.ts';

const [ALPHA = HOST, BETA = HOST, GAMMA = HOST] = NODES;
const MANAGER = address('198.51.100.200');
const ACK = 0x10;
const SYN = 0x02;

const services = [
  { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta', 'gamma'] },
  { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha', 'gamma'] },
  { port: 123, protocol: 'udp', route: 'node', node: 'gamma', nodePort: 1123 },
  { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
  { port: 20048, protocol: 'udp', route: 'mount' },
];
const changes = {
  services,
  exports: { '/projects': 'gamma' },
  mountPorts: { alpha: 635, beta: 635, gamma: 635 },
};
const of = topology(changes);
const direct = topology({
  ...changes,
  mountPorts: {},
  forwarding: 'direct',
  services: services.filter(({ nodePort }) => nodePort === undefined),
});
const narrow = topology({
  ...changes,
  interconnect: { device: { tap: 'oh-inter' }, address: '10.77.0.1/24', mtu: 576 },
});
const HOSTS = [HOST, MANAGER];

/** The frame that brings an IP packet by `link`. */
const framed = (link: Link, packet: Uint8Array): Uint8Array =>
  ethernet.encode({
    destination: linkSettings(of, link).mac,
    source: macOf(packetIn(packet).source),
    etherType: ETHER_TYPE_IPV4,
    payload: packet,
  });

interface Passed {
  readonly tables: Tables;
  readonly steps: readonly Step[];
  readonly outputs: readonly Output[];
}

/** Packets through the switch, one after another. */
const passPackets = (
  tables: Tables,
  link: Link,
  packets: readonly Uint8Array[],
  now = 0,
): Passed => {
  const steps: Step[] = [];
  let state = tables;
  for (const packet of packets) {
    const one = step(state, framed(link, packet), link, now);
    steps.push(one);
    state = one.tables;
  }
  return { tables: state, steps, outputs: steps.flatMap(({ outputs }) => outputs) };
};

const packetsOf = (outputs: readonly Output[]): readonly Uint8Array[] =>
  outputs.map(({ frame }) => frame.slice(14));

const reasons = ({ steps }: Passed): readonly string[] =>
  steps.map(({ decision: { verdict } }) => ('reason' in verdict ? verdict.reason : verdict.kind));

/** Where frames go: link and MAC address. */
const ways = (outputs: readonly Output[]): ReadonlySet<string> =>
  new Set(outputs.map(({ egress, frame }) => `${egress} ${frame.slice(0, 6).join(':')}`));

const extents = (packets: readonly Uint8Array[]): readonly string[] =>
  packets
    .map(packetIn)
    .map((one) => `${one.fragmentOffset} ${one.payload.length} ${one.moreFragments}`)
    .sort();

const expectNothingKept = ({ datagrams }: Tables): void => {
  expect(datagrams.byKey.size).toBe(0);
  expect(datagrams.heldBytes).toBe(0);
};

const message = (from: Partial<Message>): Message => ({
  source: HOST,
  destination: CLUSTER,
  protocol: UDP,
  sourcePort: 5000,
  destinationPort: 53,
  dontFragment: false,
  ...from,
});

const HANDLE = [1, 0, 0, 2, ...Array.from({ length: 24 }, (_, n) => n)];
/** READ's arguments begin with the handle; what follows is the test's. */
const nfsCall = (more: Uint8Array): Uint8Array =>
  Uint8Array.from([
    ...callOf({ program: 100003, version: 3, procedure: 7, args: counted(HANDLE) }),
    ...more,
  ]);

/** Who sends what, and from where on it may be cut so that the first fragment says enough. */
interface Kind {
  readonly name: string;
  readonly link: Link;
  readonly first: number;
  readonly send: (payload: Uint8Array) => Message;
}

const kinds: readonly Kind[] = [
  {
    name: 'a service of one node',
    link: CAMPUS,
    first: 8,
    send: (payload) => message({ payload }),
  },
  {
    name: 'a service of one node, on another port there',
    link: CAMPUS,
    first: 8,
    send: (payload) => message({ destinationPort: 123, payload }),
  },
  {
    name: 'the connection manager',
    link: CAMPUS,
    first: 8,
    send: (payload) => message({ destinationPort: 7, payload }),
  },
  {
    name: 'NFS',
    link: CAMPUS,
    first: 8 + 40 + 4 + HANDLE.length,
    send: (payload) => message({ destinationPort: 2049, payload: nfsCall(payload) }),
  },
  {
    name: 'a non-specific port',
    link: CAMPUS,
    first: 8,
    send: (payload) => message({ destinationPort: 40_001, payload }),
  },
  {
    name: 'a management host to a node',
    link: CAMPUS,
    first: 8,
    send: (payload) => message({ source: MANAGER, destination: GAMMA, payload }),
  },
  {
    name: 'a node that answers',
    link: INTERCONNECT,
    first: 8,
    send: (payload) =>
      message({ source: BETA, destination: HOST, sourcePort: 53, destinationPort: 5000, payload }),
  },
  {
    name: 'a node that opens an exchange',
    link: INTERCONNECT,
    first: 8,
    send: (payload) =>
      message({ source: BETA, destination: HOST, sourcePort: 999, destinationPort: 9, payload }),
  },
  {
    name: 'TCP',
    link: CAMPUS,
    first: 24,
    send: (payload) => message({ protocol: TCP, destinationPort: 80, flags: SYN, payload }),
  },
];

const payloads = fc.uint8Array({ minLength: 40, maxLength: 4000, size: 'max' });

/** A message of a kind, whole and in fragments in any order. */
const inPieces = (all: readonly Kind[]) =>
  fc
    .tuple(fc.constantFrom(...all), payloads)
    .map(([kind, payload]) => ({ kind, packet: packetOf(kind.send(payload)) }))
    .chain(({ kind, packet }) =>
      places(packet.length - 20, Math.ceil(kind.first / 8) * 8)
        .chain((at) => anyOrder(cutAt(packet, at)))
        .map((pieces) => ({ kind, packet, pieces })),
    );

describe('fragments in any order', () => {
  it('D3: leave as the same pieces, all to where the whole would go', () => {
    const tables = tablesOf(of, HOSTS);
    fc.assert(
      fc.property(inPieces(kinds), ({ kind, packet, pieces }) => {
        const reference = passPackets(tables, kind.link, [packet]);
        const passed = passPackets(tables, kind.link, pieces);
        expect(extents(packetsOf(passed.outputs))).toEqual(extents(pieces));
        expect(together(packetsOf(passed.outputs))).toEqual(together(packetsOf(reference.outputs)));
        expect(ways(passed.outputs)).toEqual(ways(reference.outputs));
        expect(ways(passed.outputs).size).toBe(1);
        expectNothingKept(passed.tables);
      }),
      { numRuns: 300 },
    );
  });

  it('D3 A14: in the alternate embodiment nothing in them changes', () => {
    const tables = tablesOf(direct, HOSTS);
    const some = kinds.filter(
      ({ link, name }) =>
        link === CAMPUS && !name.includes('another port') && !name.includes('management'),
    );
    fc.assert(
      fc.property(inPieces(some), ({ kind, packet, pieces }) => {
        const reference = passPackets(tables, kind.link, [packet]);
        const passed = passPackets(tables, kind.link, pieces);
        const hex = (packets: readonly Uint8Array[]) =>
          packets.map((one) => Buffer.from(one).toString('hex')).sort();
        expect(hex(packetsOf(passed.outputs))).toEqual(hex(pieces));
        expect(ways(passed.outputs)).toEqual(ways(reference.outputs));
        expectNothingKept(passed.tables);
      }),
      { numRuns: 100 },
    );
  });

  it('D3: are cut again where the link is narrower, and are the same datagram still', () => {
    const tables = tablesOf(narrow, HOSTS);
    const some = kinds.filter(({ link }) => link === CAMPUS);
    fc.assert(
      fc.property(inPieces(some), ({ kind, packet, pieces }) => {
        const passed = passPackets(tables, kind.link, pieces);
        const leaving = packetsOf(passed.outputs);
        for (const one of leaving) expect(one.length).toBeLessThanOrEqual(576);
        const reference = passPackets(tables, kind.link, [packet]);
        expect(together(leaving)).toEqual(together(packetsOf(reference.outputs)));
        expectNothingKept(passed.tables);
      }),
      { numRuns: 100 },
    );
  });

  it('D3 A18: of NFS whose first fragment does not reach the filehandle the whole is read', () => {
    const tables = tablesOf(of);
    const packet = packetOf(
      message({ destinationPort: 2049, payload: nfsCall(new Uint8Array(3000)) }),
    );
    for (const first of [8, 40, 48, 72]) {
      const pieces = cutAt(packet, [first, 1480]);
      const passed = passPackets(tables, CAMPUS, pieces);
      const leaving = packetsOf(passed.outputs);
      expect(packetIn(together(leaving)).destination).toBe(BETA);
      expect(packetIn(together(leaving)).payload.subarray(8)).toEqual(
        packetIn(packet).payload.subarray(8),
      );
      expectNothingKept(passed.tables);
    }
  });

  it('A15 D3: a MOUNT call in fragments is read whole and forwarded', () => {
    const tables = tablesOf(of);
    const path = `/projects/${'x'.repeat(900)}`;
    const args = string(path);
    const call = callOf({ program: 100005, version: 3, procedure: 1, args });
    const packet = packetOf(message({ destinationPort: 20048, payload: call }));
    fc.assert(
      fc.property(
        places(packet.length - 20).chain((at) => anyOrder(cutAt(packet, at))),
        (pieces) => {
          const passed = passPackets(tables, CAMPUS, pieces);
          expect(reasons(passed).slice(0, -1)).toEqual(pieces.slice(1).map(() => 'fragment-held'));
          expect(reasons(passed).at(-1)).toBe('reassembled');
          const reference = passPackets(tables, CAMPUS, [packet]);
          expect(packetsOf(passed.outputs)).toEqual(packetsOf(reference.outputs));
          expect(ways(passed.outputs)).toEqual(new Set([`0 ${[2, 0, 10, 77, 0, 13].join(':')}`]));
          expectNothingKept(passed.tables);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('D2 D3: echo in fragments to the cluster is answered in fragments that the link carries', () => {
    const tables = tablesOf(of);
    fc.assert(
      fc.property(
        fc.integer({ min: 4000, max: 60_000 }).chain((size) => {
          const data = Uint8Array.from({ length: size }, (_, n) => (n * 31) & 255);
          const payload = icmp.encode({ type: 8, code: 0, rest: 0x00070001, payload: data });
          const packet = packetOf(message({ protocol: ICMP, payload }));
          return anyOrder(cutFor(packet, 1500)).map((pieces) => ({ data, pieces }));
        }),
        ({ data, pieces }) => {
          const passed = passPackets(tables, CAMPUS, pieces);
          const leaving = packetsOf(passed.outputs);
          for (const one of leaving) expect(one.length).toBeLessThanOrEqual(1500);
          const whole = packetIn(together(leaving));
          expect([whole.source, whole.destination]).toEqual([CLUSTER, HOST]);
          const reply = right(icmp.decode(whole.payload, 0, whole.payload.length));
          expect(reply).toEqual({ type: 0, code: 0, rest: 0x00070001, payload: data });
          expectNothingKept(passed.tables);
        },
      ),
      { numRuns: 15 },
    );
  });
});

/** A datagram to the service of one node, in three fragments. */
const packet = packetOf(message({ payload: Uint8Array.from({ length: 100 }, (_, n) => n) }));
const [first = packet, second = packet, third = packet] = cutAt(packet, [16, 56]);
const tables = tablesOf(of, HOSTS);

describe('fragments that deceive', () => {
  it('D3: a duplicate is dropped alone', () => {
    const passed = passPackets(tables, CAMPUS, [second, second, first, first, second, third]);
    expect(reasons(passed)).toEqual([
      'fragment-held',
      'fragment-duplicate',
      'forward',
      'fragment-duplicate',
      'fragment-duplicate',
      'forward',
    ]);
    expect(extents(packetsOf(passed.outputs))).toEqual(extents([first, second, third]));
    expectNothingKept(passed.tables);
  });

  it('D3: one that overlaps drops the datagram, with all that come later (RFC 5722)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 13 }),
        fc.boolean(),
        (from, size, firstIsThere) => {
          const to = Math.min(108, from * 8 + size * 8);
          const overlapping = fragment(packet, from * 8, to);
          const isDuplicate = from * 8 === 16 && to === 56;
          fc.pre(from * 8 < 56 && to > 16 && !isDuplicate);
          const before = firstIsThere ? [first, second] : [second];
          const passed = passPackets(tables, CAMPUS, [...before, overlapping, third, first]);
          expect(reasons(passed).slice(before.length)).toEqual([
            'fragment-overlap',
            'fragment-overlap',
            'fragment-overlap',
          ]);
          expect(passed.outputs.length).toBe(firstIsThere ? 2 : 0);
          expect(passed.tables.datagrams.heldBytes).toBe(0);
        },
      ),
    );
  });

  it('D3: two ends, and data behind the end, drop the datagram', () => {
    const early = fragment(packetOf(message({ payload: new Uint8Array(40) })), 16, 48);
    const liars = [
      [third, early],
      [early, third],
      [fragment(packet, 56, 96), early],
      [early, fragment(packet, 56, 96)],
    ];
    for (const pieces of liars) {
      const passed = passPackets(tables, CAMPUS, [...pieces, first]);
      expect(reasons(passed)).toEqual(['fragment-held', 'fragment-overlap', 'fragment-overlap']);
      expect(passed.outputs).toEqual([]);
    }
  });

  const tcpPacket = packetOf(
    message({ protocol: TCP, destinationPort: 80, flags: SYN, payload: new Uint8Array(80) }),
  );

  it('D3: a first fragment without the whole header is dropped, and nothing follows it', () => {
    const [tiny = tcpPacket, rest = tcpPacket] = cutAt(tcpPacket, [16]);
    const alone = passPackets(tables, CAMPUS, [tiny, rest]);
    // Its rest may begin at byte 16, where the flags of a whole header are already passed (RFC 1858, RFC 3128).
    expect(reasons(alone)).toEqual(['fragment-tiny', 'fragment-tiny']);
    const [, later = tcpPacket] = cutAt(tcpPacket, [24]);
    expect(passPackets(tables, CAMPUS, [later, tiny]).outputs).toEqual([]);
  });

  it('D3: none that would replace a TCP header passes (RFC 3128)', () => {
    const [head = tcpPacket] = cutAt(tcpPacket, [24]);
    for (const from of [8, 16]) {
      const passed = passPackets(tables, CAMPUS, [head, fragment(tcpPacket, from, 32)]);
      expect(reasons(passed)).toEqual(['forward', 'fragment-tiny']);
    }
  });

  it('D3: none is forwarded that is empty, no multiple of 8, or ends behind 65,535 bytes', () => {
    const piece = (offset: number, size: number, more: boolean): Uint8Array =>
      ipv4.encode({
        ...packetIn(packet),
        fragmentOffset: offset,
        moreFragments: more,
        payload: new Uint8Array(size),
      });
    const unsound = [
      piece(24, 0, false),
      piece(0, 0, true),
      piece(24, 12, true),
      piece(65_512, 8, false),
      piece(65_528, 1, false),
    ];
    for (const one of unsound) {
      const passed = passPackets(tables, CAMPUS, [first, one]);
      expect(reasons(passed)).toEqual(['forward', 'fragment-length']);
    }
    expect(reasons(passPackets(tables, CAMPUS, [first, piece(65_512, 3, false)]))).toEqual([
      'forward',
      'forward',
    ]);
  });

  it('D3: a datagram too long once it is put together goes nowhere', () => {
    const options = new Uint8Array(40).fill(1);
    const head = ipv4.encode({
      ...packetIn(packetOf(message({ protocol: ICMP, payload: new Uint8Array(64) }))),
      options,
      moreFragments: true,
    });
    const rest = (from: number, size: number, more: boolean) =>
      ipv4.encode({
        ...packetIn(head),
        options: new Uint8Array(0),
        fragmentOffset: from,
        moreFragments: more,
        payload: new Uint8Array(size),
      });
    const pieces = [head, ...Array.from({ length: 44 }, (_, n) => rest(64 + n * 1480, 1480, true))];
    const passed = passPackets(tables, CAMPUS, [...pieces, rest(64 + 44 * 1480, 331, false)]);
    expect(reasons(passed).at(-1)).toBe('fragment-length');
    expect(passed.outputs).toEqual([]);
    expectNothingKept(passed.tables);
  });
});

describe('what becomes of the first becomes of all', () => {
  const later = (destinationPort: number, payload = new Uint8Array(100)): readonly Uint8Array[] =>
    cutAt(packetOf(message({ destinationPort, payload })), [80]);

  it('D3 D6: a closed port refuses once, about the first fragment, and drops the rest', () => {
    const [head = packet, tail = packet] = later(9);
    for (const pieces of [
      [head, tail],
      [tail, head],
    ]) {
      const passed = passPackets(tables, CAMPUS, pieces);
      expect(passed.outputs).toHaveLength(1);
      const told = packetIn(passed.outputs[0]?.frame.slice(14) ?? packet);
      const error = right(icmp.decode(told.payload, 0, told.payload.length));
      expect([error.type, error.code]).toEqual([3, 3]);
      expect(error.payload).toEqual(head);
      expect(passed.tables.datagrams.heldBytes).toBe(0);
      expect(reasons(passPackets(passed.tables, CAMPUS, [fragment(packet, 104, 108)]))).toEqual([
        'port-closed',
      ]);
    }
  });

  it('D3 A18: a filehandle of no node is answered once, from what the first fragment says', () => {
    const call = callOf({
      program: 100003,
      version: 3,
      procedure: 1,
      args: counted([1, 0, 0, 9, 0]),
    });
    const passed = passPackets(
      tables,
      CAMPUS,
      later(2049, Uint8Array.from([...call, ...new Uint8Array(40)])),
    );
    expect(reasons(passed)).toEqual(['filehandle-unknown', 'filehandle-unknown']);
    expect(passed.outputs).toHaveLength(1);
  });

  it('D3: a node that is down gets no fragments, nor does anybody else', () => {
    const nodes = of.nodes.map((node, index) =>
      index === 1 ? { ...node, state: 'down' as const } : node,
    );
    const down = apply(tables, [{ kind: 'topology', topology: { ...of, nodes } }]);
    const passed = passPackets(down, CAMPUS, [third, first, second]);
    expect(reasons(passed)).toEqual(['fragment-held', 'no-operating-node', 'no-operating-node']);
    expect(ways(passed.outputs)).toEqual(new Set([`2 ${[2, 0, 198, 51, 100, 9].join(':')}`]));
  });

  it('D2 D3: one that may not be cut tells its MTU once, about the first', () => {
    const large = packetOf(message({ dontFragment: true, payload: new Uint8Array(2600) }));
    const state = tablesOf(narrow, HOSTS);
    const pieces = cutAt(large, [1480]);
    const passed = passPackets(state, CAMPUS, pieces);
    expect(reasons(passed)).toEqual(['fragmentation-needed', 'fragmentation-needed']);
    expect(passed.outputs).toHaveLength(1);
    const told = packetIn(passed.outputs[0]?.frame.slice(14) ?? packet);
    expect(right(icmp.decode(told.payload, 0, told.payload.length))).toMatchObject({
      type: 3,
      code: 4,
      rest: 576,
    });
    // A small first one passes; of a later one that does not nobody is told.
    const [small = large, rest = large] = cutAt(large, [400]);
    const mixed = [
      passPackets(state, CAMPUS, [small, rest]),
      passPackets(state, CAMPUS, [rest, small]),
    ];
    for (const one of mixed) expect(extents(packetsOf(one.outputs))).toEqual(extents([small]));
  });

  it('A12 D3: a fragment that waited does not outlive its hops', () => {
    const managed = message({ source: MANAGER, destination: GAMMA, payload: new Uint8Array(60) });
    const [head = packet] = cutAt(packetOf({ ...managed, ttl: 9 }), [16]);
    const [, tail = packet] = cutAt(packetOf({ ...managed, ttl: 1 }), [16]);
    const waited = passPackets(tables, CAMPUS, [tail, head]);
    const followed = passPackets(tables, CAMPUS, [head, tail]);
    for (const { outputs } of [waited, followed])
      expect(packetsOf(outputs).map((one) => packetIn(one).ttl)).toEqual([8]);
  });

  it('D3: one without an echo, a port or an entry is refused as a whole: nothing of TCP is acknowledged', () => {
    const segment = packetOf(
      message({ protocol: TCP, destinationPort: 9, flags: ACK, payload: new Uint8Array(80) }),
    );
    const passed = passPackets(tables, CAMPUS, cutAt(segment, [24]));
    expect(reasons(passed)).toEqual(['port-closed', 'port-closed']);
    expect(passed.outputs).toEqual([]);
  });
});

describe('next hops that are not known yet', () => {
  it('D1 D3: fragments that come meanwhile all leave when the node answers', () => {
    const large = packetOf(message({ payload: new Uint8Array(32_768) }));
    const pieces = cutFor(large, 1500);
    expect(pieces).toHaveLength(23);
    fc.assert(
      fc.property(anyOrder(pieces), (some) => {
        const waiting = passPackets(emptyTables(of), CAMPUS, some);
        expect(ways(waiting.outputs)).toEqual(new Set(['0 255:255:255:255:255:255']));
        const answered = step(waiting.tables, arpFrame(2, BETA, INSIDE), INTERCONNECT, 1);
        expect(together(packetsOf(answered.outputs))).toEqual(
          together(packetsOf(passPackets(tables, CAMPUS, [large]).outputs)),
        );
        expect(answered.tables.waitingBytes).toBe(0);
        expectNothingKept(answered.tables);
      }),
      { numRuns: 10 },
    );
  });

  it('D1 D3: the largest datagram has room, in the smallest pieces that are put together', () => {
    const large = packetOf(message({ payload: new Uint8Array(65_535 - 28) }));
    for (const pieces of [cutFor(large, 1500), cutFor(large, 576)]) {
      const waiting = passPackets(emptyTables(of), CAMPUS, pieces.toReversed());
      const answered = step(waiting.tables, arpFrame(2, BETA, INSIDE), INTERCONNECT, 1);
      expect(answered.outputs).toHaveLength(pieces.length);
      const inOrder = passPackets(emptyTables(of), CAMPUS, pieces);
      expect(step(inOrder.tables, arpFrame(2, BETA, INSIDE), INTERCONNECT, 1).outputs).toHaveLength(
        pieces.length,
      );
    }
  });
});

describe('what is kept of fragments is bounded', () => {
  const limited = topology({ ...changes, limits: { datagrams: 20, fragmentBytes: 65_535 } });

  /** A fragment that is not the first, of a datagram of its own. */
  const stray = (identification: number, size = 8, source: Ipv4Address = HOST): Uint8Array =>
    ipv4.encode({
      ...packetIn(packet),
      source,
      identification,
      fragmentOffset: 8,
      moreFragments: true,
      payload: new Uint8Array(size),
    });

  it('D3: by datagrams and by bytes, whatever comes', () => {
    const start = tablesOf(limited, HOSTS);
    const pieces = fc.tuple(
      fc.nat({ max: 60 }),
      fc.nat({ max: 30 }),
      fc.constantFrom(1, 1, 2, 8, 100),
      fc.boolean(),
      fc.constantFrom(UDP, UDP, ICMP, TCP),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 150, size: 'max' }), (all) => {
        let state = start;
        all.forEach(([identification, from, size, more, protocol], index) => {
          const one = ipv4.encode({
            ...packetIn(packet),
            identification: identification + 1,
            protocol,
            fragmentOffset: from * 8,
            moreFragments: more || from === 0,
            payload: new Uint8Array(size * 8).fill(from + 1),
          });
          state = step(state, framed(CAMPUS, one), CAMPUS, index * 700).tables;
          const kept = [...state.datagrams.byKey.values()];
          expect(kept.length).toBeLessThanOrEqual(20);
          expect(state.datagrams.byKey.size).toBe(kept.length);
          const bytes = kept
            .flatMap(({ held }) => held)
            .reduce((sum, { frame }) => sum + frame.length, 0);
          expect(state.datagrams.heldBytes).toBe(bytes);
          expect(bytes).toBeLessThanOrEqual(65_535);
          const times = kept.map(({ since }) => since);
          expect(times).toEqual([...times].sort((a, b) => a - b));
        });
        const end = elapse(state, all.length * 700 + 60_000).tables;
        expectNothingKept(end);
      }),
      { numRuns: 60 },
    );
  });

  it('D3: a flood of fragments without a first does not stop datagrams whose fragments come together', () => {
    let state = tablesOf(limited, HOSTS);
    let identification = 100;
    const flood = (count: number): void => {
      const many = Array.from({ length: count }, () => stray(identification++, 1400));
      state = passPackets(state, CAMPUS, many).tables;
    };
    flood(200);
    for (const pieces of [
      [third, second, first],
      [first, third, second],
    ]) {
      const leaving = pieces.flatMap((piece) => {
        flood(5);
        const passed = passPackets(state, CAMPUS, [piece]);
        state = passed.tables;
        return packetsOf(passed.outputs);
      });
      expect(extents(leaving)).toEqual(extents([first, second, third]));
    }
  });

  it('D3: of many that hold bytes the oldest leave, no more than it needs', () => {
    const roomy = topology({ ...changes, limits: { datagrams: 1000, fragmentBytes: 65_535 } });
    const many = Array.from({ length: 60 }, (_, n) => stray(100 + n, 1400));
    const full = passPackets(tablesOf(roomy, HOSTS), CAMPUS, many);
    expect(new Set(reasons(full))).toEqual(new Set(['fragment-held']));
    const kept = [...full.tables.datagrams.byKey.values()].map((one) => one.identification);
    expect(kept).toEqual(Array.from({ length: 45 }, (_, n) => 115 + n));
  });

  it('D3: a datagram has no more pieces than 128', () => {
    const large = packetOf(message({ payload: new Uint8Array(1200) }));
    const pieces = Array.from({ length: 140 }, (_, n) => fragment(large, 8 + n * 8, 16 + n * 8));
    const passed = passPackets(tables, CAMPUS, pieces);
    expect(reasons(passed).slice(127)).toEqual([
      'fragment-held',
      ...Array.from({ length: 12 }, () => 'fragments-too-many'),
    ]);
    expect(passed.tables.datagrams.heldBytes).toBe(0);
  });

  it('D3: for 60 seconds from the first that came, which later ones do not extend', () => {
    let state = passPackets(tables, CAMPUS, [third]).tables;
    state = passPackets(state, CAMPUS, [second], 59_000).tables;
    expect(elapse(state, 59_999).tables.datagrams.byKey.size).toBe(1);
    const after = elapse(state, 60_000);
    expectNothingKept(after.tables);
    // Nobody is told: not the gateway was to put it together, and it has not seen the first.
    expect(after.outputs).toEqual([]);
    // Before the tick that forgets it, what comes belongs to another datagram, the youngest.
    const two = passPackets(state, CAMPUS, [stray(99)], 59_500).tables;
    const late = passPackets(two, CAMPUS, [first], 60_000);
    expect(extents(packetsOf(late.outputs))).toEqual(extents([first]));
    const kept = [...late.tables.datagrams.byKey.values()].map(({ since }) => since);
    expect(kept).toEqual([59_500, 60_000]);
  });

  it('D3: an identification that has come round is another datagram (RFC 4963)', () => {
    const after = (others: number): Passed => {
      const strays = Array.from({ length: others }, (_, n) => stray(100 + n));
      const state = passPackets(tables, CAMPUS, [second, ...strays]).tables;
      return passPackets(state, CAMPUS, [second, first, third]);
    };
    expect(reasons(after(PAIR_DISTANCE - 1))[0]).toBe('fragment-duplicate');
    const anew = after(PAIR_DISTANCE + 1);
    expect(reasons(anew)).toEqual(['fragment-held', 'forward', 'forward']);
    expect(extents(packetsOf(anew.outputs))).toEqual(extents([first, second, third]));
    // Of another pair of hosts it tells nothing.
    const elsewhere = Array.from({ length: 2 * PAIR_DISTANCE }, (_, n) =>
      stray(100 + n, 8, MANAGER),
    );
    const state = passPackets(tables, CAMPUS, [second, ...elsewhere]).tables;
    expect(reasons(passPackets(state, CAMPUS, [second]))).toEqual(['fragment-duplicate']);
  });

  it('D2 D3: time exceeded goes only to who sent the first of what the gateway puts together', () => {
    const call = callOf({ program: 100005, version: 3, procedure: 1, args: string('/projects') });
    const [head = packet, tail = packet] = cutAt(
      packetOf(message({ destinationPort: 20048, payload: call })),
      [24],
    );
    const told = elapse(passPackets(tables, CAMPUS, [head]).tables, 60_000);
    expect(told.outputs).toHaveLength(1);
    const error = packetIn(told.outputs[0]?.frame.slice(14) ?? packet);
    expect([error.source, error.destination]).toEqual([CLUSTER, HOST]);
    const { payload, ...rest } = right(icmp.decode(error.payload, 0, error.payload.length));
    expect(rest).toEqual({ type: 11, code: 1, rest: 0 });
    expect(payload).toEqual(head);
    expect(elapse(passPackets(tables, CAMPUS, [tail]).tables, 60_000).outputs).toEqual([]);
    expect(elapse(passPackets(tables, CAMPUS, [first, third]).tables, 60_000).outputs).toEqual([]);
  });

  it('D3 D7: fragments that waited in vain are counted; those that were followed or dropped have been', () => {
    const counted_ = (pieces: readonly Uint8Array[]) =>
      tick(passPackets(tables, CAMPUS, pieces).tables, 60_000).decisions.map(
        ({ verdict }) => verdict,
      );
    expect(counted_([second])).toEqual([{ kind: 'drop', reason: 'reassembly-overdue' }]);
    expect(counted_([second, stray(99)])).toHaveLength(2);
    expect(counted_([first, third])).toEqual([]);
    expect(counted_([second, fragment(packet, 24, 64)])).toEqual([]);
  });
});

describe('fragments that are none of the gateway', () => {
  it('D3: leave nothing behind', () => {
    const strangers = [
      message({ destination: address('198.51.100.77'), payload: new Uint8Array(60) }),
      message({ destination: ALPHA, payload: new Uint8Array(60) }),
    ];
    for (const one of strangers) {
      const passed = passPackets(tables, CAMPUS, cutAt(packetOf(one), [16]).toReversed());
      expect(passed.outputs).toEqual([]);
      expect(passed.tables.datagrams.byKey.size).toBe(0);
    }
    expect(pass(tables, CAMPUS, message({})).tables.datagrams.byKey.size).toBe(0);
  });
});
