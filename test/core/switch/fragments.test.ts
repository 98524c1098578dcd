// Fragments in any order through the switch (D3).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Link } from '../../../core/decision/topology.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import {
  anyOrder,
  cutAt,
  cutFor,
  packetIn,
  places,
  together,
} from '../../arbitraries/fragments.ts';
import { string } from '../rpc/slow-xdr.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  ICMP,
  TCP,
  address,
  packetOf,
  pass,
  right,
  tablesOf,
} from './laboratory.ts';
import type { Message } from './laboratory.ts';
import { callOf } from './routes/rpc-laboratory.ts';
import {
  ALPHA,
  BETA,
  GAMMA,
  MANAGER,
  SYN,
  of,
  direct,
  narrow,
  HOSTS,
  passPackets,
  packetsOf,
  reasons,
  ways,
  extents,
  expectNothingKept,
  message,
  HANDLE,
  nfsCall,
  tables,
} from './fragment-laboratory.ts';

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
