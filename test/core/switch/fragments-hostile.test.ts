// Fragments that deceive, and what becomes of a datagram whose first goes nowhere (D3).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../../core/decision/tables.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import { cutAt, fragment, packetIn } from '../../arbitraries/fragments.ts';
import { counted } from '../rpc/slow-xdr.ts';
import { CAMPUS, ICMP, TCP, packetOf, right, tablesOf } from './laboratory.ts';
import { callOf } from './routes/rpc-laboratory.ts';
import {
  GAMMA,
  MANAGER,
  ACK,
  SYN,
  of,
  narrow,
  HOSTS,
  passPackets,
  packetsOf,
  reasons,
  ways,
  extents,
  expectNothingKept,
  message,
  packet,
  first,
  second,
  third,
  tables,
} from './fragment-laboratory.ts';

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
