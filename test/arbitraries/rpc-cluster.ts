// What hosts ask the ONC RPC services of the tests' cluster, and what its nodes answer.

import fc from 'fast-check';
import { callOf } from '../core/switch/routes/rpc-laboratory.ts';
import { bytes, counted, string, word } from '../core/rpc/slow-xdr.ts';

const UDP = 17;
const PORTMAPPER = 100000;
const NFS = 100003;
const MOUNT = 100005;

const hostPorts = fc.constantFrom(800, 801);
const xids = fc.constantFrom(1, 2, 3);
const paths = fc.constantFrom('/projects', '/projects/x', '/home', '/none', '');

interface Call {
  readonly port: number;
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly args: string;
}

const mountCalls: fc.Arbitrary<Call> = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 1, 1, 1, 2, 3, 4, 5, 9), paths)
  .map(([version, procedure, path]) => ({
    port: 20048,
    program: MOUNT,
    version,
    procedure,
    args: procedure === 1 || procedure === 3 ? string(path) : '',
  }));

const nfsCalls: fc.Arbitrary<Call> = fc
  .tuple(
    fc.constantFrom(2, 3, 3, 3, 4),
    fc.constantFrom(0, 1, 6, 7, 30),
    fc.constantFrom(1, 2, 3, 9),
  )
  .map(([version, procedure, node]) => ({
    port: 2049,
    program: NFS,
    version,
    procedure,
    args: counted([1, 0, 0, node, ...Array<number>(28).fill(7)]),
  }));

const portmapCalls: fc.Arbitrary<Call> = fc
  .tuple(
    fc.integer({ min: 2, max: 5 }),
    fc.constantFrom(0, 3, 3, 4, 8),
    fc.constantFrom(MOUNT, NFS),
  )
  .map(([version, procedure, program]) => ({
    port: 111,
    program: PORTMAPPER,
    version,
    procedure,
    args: procedure === 3 ? [program, 3, UDP, 0].map(word).join('') : '',
  }));

/** Calls, some of them without their end. */
export const asked = fc
  .tuple(
    fc.oneof(mountCalls, nfsCalls, portmapCalls),
    xids,
    hostPorts,
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.nat({ max: 60 }) },
    ),
  )
  .map(([{ port, ...call }, xid, sourcePort, missing]) => {
    const payload = callOf({ ...call, xid });
    return {
      protocol: UDP,
      sourcePort,
      destinationPort: port,
      payload: payload.subarray(0, Math.max(0, payload.length - missing)),
    };
  });

/** Answers of a node's MOUNT, at one of two ports, and of its NFS. */
export const answered = fc
  .record({
    sourcePort: fc.constantFrom(635, 636, 20048, 2049),
    destinationPort: hostPorts,
    xid: xids,
    status: fc.constantFrom(0, 0, 13),
  })
  .map(({ xid, status, ...ports }) => ({
    protocol: UDP,
    ...ports,
    payload: bytes([xid, 1, 0, 0, 0, 0, status].map(word).join('')),
  }));
