// What is kept of fragments is bounded, and what waits for a next hop (D3, D1).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elapse, step } from '../../../core/simulate/simulate.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { PAIR_DISTANCE } from '../../../core/host/reassembly.ts';
import { emptyTables } from '../../../core/switch/start.ts';
import { tick } from '../../../core/switch/tick.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import * as ipv4 from '../../../core/wire/ipv4.ts';
import {
  anyOrder,
  cutAt,
  cutFor,
  fragment,
  packetIn,
  together,
} from '../../arbitraries/fragments.ts';
import { string } from '../rpc/slow-xdr.ts';
import { frame as arpFrame } from './neighbour-frames.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  ICMP,
  INSIDE,
  TCP,
  UDP,
  packetOf,
  right,
  tablesOf,
  topology,
} from './laboratory.ts';
import { callOf } from './routes/rpc-laboratory.ts';
import {
  BETA,
  MANAGER,
  of,
  HOSTS,
  framed,
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
  changes,
} from './fragment-laboratory.ts';
import type { Passed } from './fragment-laboratory.ts';

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
