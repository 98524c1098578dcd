// Whatever bytes come to a service of ONC RPC, or from one: nothing throws, and what leaves is sound.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Link } from '../../../../core/decision/topology.ts';
import { INTERCONNECT } from '../../../../core/decision/topology.ts';
import type { Tables } from '../../../../core/decision/tables.ts';
import { elapse, step } from '../../../../core/simulate/simulate.ts';
import type { Output } from '../../../../core/simulate/simulate.ts';
import * as ethernet from '../../../../core/wire/ethernet.ts';
import { SOUND } from '../../../../core/wire/fault.ts';
import { packetAt } from '../../../../core/wire/packet.ts';
import { call, damaged, reply } from '../../../arbitraries/rpc.ts';
import { bytesOf, counted, string, word } from '../../rpc/slow-xdr.ts';
import { CAMPUS, HOST, INSIDE, NODES, address, frameOf, seen, tablesOf } from '../laboratory.ts';
import {
  MOUNT,
  NFS,
  NFS_ACL,
  PORTMAPPER,
  callOf,
  passAll,
  rpcTopology,
  toCluster,
  toHost,
} from './rpc-laboratory.ts';

const [alpha] = NODES;
const STRANGER = address('203.0.113.5');
const home = callOf({ program: MOUNT, version: 3, procedure: 1, args: string('/home') });
/** Ports are being asked for, and mounts too. */
const tables: Tables = passAll(
  elapse(tablesOf(rpcTopology({ mountPorts: { alpha: 635, beta: 636 } })), 0).tables,
  [[CAMPUS, toCluster(20048, home)]],
);

const isSound = ({ frame }: Output): boolean =>
  ethernet.fault(frame, 0, frame.length) === SOUND &&
  (frame[13] === 0x06 || typeof packetAt(frame, 14) !== 'number');

/** Calls that mean something, so that damage to them does not always end at the first word. */
const plausible = (): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      program: fc.constantFrom(PORTMAPPER, NFS, MOUNT, NFS_ACL),
      version: fc.integer({ min: 1, max: 4 }),
      procedure: fc.integer({ min: 0, max: 22 }),
      args: fc.constantFrom(
        '',
        string('/home/x'),
        counted([0x43, 0, 0, 2, ...Array<number>(24).fill(7)]),
        word(MOUNT) + word(3) + string('udp') + string('') + string(''),
        [MOUNT, 3, 17, 0].map(word).join(''),
        counted(bytesOf('a'.repeat(64))),
      ),
    })
    .map(callOf);

const payload = (): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    plausible(),
    plausible().chain(damaged),
    call().map(({ bytes }) => bytes),
    call().chain(({ bytes }) => damaged(bytes)),
    reply().map(({ bytes }) => bytes),
    reply().chain(({ bytes }) => damaged(bytes)),
  );

describe('hostile messages', () => {
  it('A8: no bytes to a service make the switch throw, and what leaves is sound', () => {
    const ports = fc.constantFrom(111, 20048, 2049);
    const sources = fc.constantFrom(HOST, STRANGER);
    fc.assert(
      fc.property(payload(), ports, sources, (bytes, port, source) => {
        const frame = frameOf(tables.topology, CAMPUS, toCluster(port, bytes, { source }));
        const passed = step(tables, frame, CAMPUS, 0);
        expect(passed.outputs.filter((output) => !isSound(output))).toEqual([]);
        // Reads the checksums.
        seen(passed);
        expect(passed.outputs.length).toBeLessThanOrEqual(3);
        expect(passed.tables.rpcPorts.byPort.size).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('A8: no frame that was damaged after its checksum does either', () => {
    const ports = fc.constantFrom(111, 20048, 2049);
    const frames = fc
      .tuple(plausible(), ports)
      .map(([bytes, port]) => frameOf(tables.topology, CAMPUS, toCluster(port, bytes)))
      .chain(damaged);
    fc.assert(
      fc.property(frames, (frame) => {
        const { outputs } = step(tables, frame, CAMPUS, 0);
        expect(outputs.filter((output) => !isSound(output))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('A16: no answer from a node makes the switch throw, or teaches a port that was not asked for', () => {
    const answers = fc.constantFrom<
      readonly [port: number, to: 'gateway' | 'host', toPort: number]
    >([111, 'gateway', 979], [635, 'host', 840], [2049, 'host', 840]);
    const link: Link = INTERCONNECT;
    fc.assert(
      fc.property(payload(), answers, (bytes, [port, to, destinationPort]) => {
        const destination = to === 'gateway' ? INSIDE : HOST;
        const message = toHost(alpha ?? INSIDE, port, bytes, { destination, destinationPort });
        const passed = step(tables, frameOf(tables.topology, link, message), link, 0);
        expect(passed.outputs.filter((output) => !isSound(output))).toEqual([]);
        seen(passed);
        expect(passed.tables.rpcPorts.byPort.size).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
