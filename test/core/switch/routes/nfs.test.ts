import { describe, expect, it } from 'vitest';
import { setNode } from '../../../../core/switch/administration.ts';
import type { Tables } from '../../../../core/decision/tables.ts';
import { apply } from '../../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../../core/decision/topology.ts';
import type { Step } from '../../../../core/simulate/simulate.ts';
import { step } from '../../../../core/simulate/simulate.ts';
import { counted, raw, word } from '../../rpc/slow-xdr.ts';
import { CAMPUS, NODES, address, frameOf, pass, seen, tablesOf } from '../laboratory.ts';
import type { Message } from '../laboratory.ts';
import {
  GARBAGE_ARGS,
  HOST_PORT,
  MOUNT,
  NFS,
  NFS_ACL,
  PROC_UNAVAIL,
  PROG_UNAVAIL,
  SUCCESS,
  accepted,
  callOf,
  cutAt,
  mismatch,
  rpcTopology,
  toCluster,
  toHost,
  told,
  toldNodes,
} from './rpc-laboratory.ts';

const of = rpcTopology();
const tables = tablesOf(of);

/** `length` bytes, of which those from `offset` on are `octets`, and the others 0xaa. */
const handle = (length: number, offset: number, octets: readonly number[]): number[] => {
  const all = Array<number>(length).fill(0xaa);
  all.splice(offset, octets.length, ...octets);
  return all;
};

const ganesha = (number: number): number[] => handle(28, 2, [number >> 8, number & 255]);

const ask = (before: Tables, payload: Uint8Array, message: Partial<Message> = {}): Step =>
  pass(before, CAMPUS, toCluster(2049, payload, message));

const nfs3 = (procedure: number, octets: readonly number[], rest = ''): Uint8Array =>
  callOf({ program: NFS, version: 3, procedure, args: counted(octets) + rest });

const GETATTR = 1;
const filehandleOf = (filehandle: unknown) =>
  tablesOf(rpcTopology({ services: [{ port: 2049, protocol: 'udp', route: 'nfs', filehandle }] }));

describe('f_NFS: the filehandle names the node (figure 9)', () => {
  it.each([
    ['ganesha', handle(28, 2, [0, 2])],
    ['knfsd', handle(28, 4, [2, 0, 0, 0])],
    ['unfs3', handle(16, 0, [2, 0, 0, 0])],
    ['seed', handle(32, 28, [0, 2])],
    [{ offset: 5, size: 1, order: 'big' }, handle(6, 5, [2])],
    [{ offset: 60, size: 4, order: 'big' }, handle(64, 60, [0, 0, 0, 2])],
    [{ offset: 7, size: 3, order: 'little' }, handle(20, 7, [2, 0, 0])],
  ])('A17 A18: %j', (filehandle, octets) => {
    const payload = nfs3(GETATTR, octets);
    const passed = ask(filehandleOf(filehandle), payload);
    expect(seen(passed)).toMatchObject([
      {
        egress: INTERCONNECT,
        source: '198.51.100.9',
        sourcePort: HOST_PORT,
        destination: '10.77.0.12',
        destinationPort: 2049,
      },
    ]);
    expect(toldNodes(passed)).toEqual([Buffer.from(payload).toString('hex')]);
    expect(passed.decision.changes).toEqual([]);
  });

  it('A8 A18: from one port of one host each datagram goes to the node of its own handle', () => {
    const numbers = [1, 2, 3, 1, 3, 2];
    let now = tables;
    const to = numbers.map((number) => {
      const passed = ask(now, nfs3(GETATTR, ganesha(number)));
      now = passed.tables;
      return seen(passed).map(({ destination }) => destination);
    });
    expect(to).toEqual(numbers.map((number) => [`10.77.0.1${number}`]));
  });

  it('A18: versions 2 and 3 and NFS_ACL, whatever the procedure', () => {
    const fixed = raw(handle(32, 2, [0, 3]));
    const rows = [
      [NFS, 2, [1, 2, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17], fixed],
      [NFS, 3, Array.from({ length: 21 }, (_, index) => index + 1), counted(ganesha(3))],
      [NFS_ACL, 2, [1, 2, 3, 4, 5], fixed],
      [NFS_ACL, 3, [1, 2, 3], counted(ganesha(3))],
    ] as const;
    for (const [program, version, procedures, args] of rows)
      for (const procedure of procedures) {
        const passed = ask(tables, callOf({ program, version, procedure, args: args + word(7) }));
        expect(seen(passed)).toMatchObject([{ destination: '10.77.0.13', destinationPort: 2049 }]);
      }
  });

  it('A11 A18: what a node answers leaves as from port 2049 of the cluster', () => {
    for (const node of NODES) {
      const answer = pass(tables, INTERCONNECT, toHost(node, 2049, nfs3(0, [])));
      expect(seen(answer)).toMatchObject([
        {
          egress: CAMPUS,
          source: '198.51.100.1',
          sourcePort: 2049,
          destination: '198.51.100.9',
          destinationPort: HOST_PORT,
        },
      ]);
    }
  });

  it('A13 A18: with several networks the answer comes from the address that was asked', () => {
    const networks = {
      campus: { device: { tap: 'oh-campus' }, address: '198.51.100.1/24' },
      lab: { device: { tap: 'oh-lab' }, address: '192.0.2.1/24' },
    };
    const two = tablesOf(rpcTopology({ networks }));
    const destination = address('192.0.2.1');
    const asked = ask(two, nfs3(GETATTR, ganesha(2)), { destination });
    const answer = pass(
      asked.tables,
      INTERCONNECT,
      toHost(NODES[1] ?? destination, 2049, nfs3(0, [])),
    );
    expect(seen(answer)).toMatchObject([{ source: '192.0.2.1', sourcePort: 2049 }]);
  });

  it('A14 A18: in the alternate embodiment the address is left alone', () => {
    const direct = tablesOf(rpcTopology({ forwarding: 'direct', mountPorts: {} }));
    expect(seen(ask(direct, nfs3(GETATTR, ganesha(3))))).toMatchObject([
      { mac: 0x020000000000 + (NODES[2] ?? 0), destination: '198.51.100.1' },
    ]);
  });

  it('A18 A21: of a node that is down nothing is heard, which is counted; its backup takes over', () => {
    const down = apply(tables, setNode(tables, 2, 'down'));
    const silent = ask(down, nfs3(GETATTR, ganesha(3)));
    expect(silent.outputs).toEqual([]);
    expect(silent.decision.verdict).toEqual({ kind: 'drop', reason: 'no-operating-node' });
    const nodes = {
      alpha: { number: 1, address: '10.77.0.11' },
      beta: { number: 2, address: '10.77.0.12' },
      gamma: { number: 3, address: '10.77.0.13', backup: 'alpha', state: 'down' },
    };
    const backed = tablesOf(rpcTopology({ nodes }));
    expect(seen(ask(backed, nfs3(GETATTR, ganesha(3))))).toMatchObject([
      { destination: '10.77.0.11', destinationPort: 2049 },
    ]);
  });

  it('A18 A21: a node that drains keeps its files', () => {
    const draining = apply(tables, setNode(tables, 2, 'drain'));
    expect(seen(ask(draining, nfs3(GETATTR, ganesha(3))))).toMatchObject([
      { destination: '10.77.0.13' },
    ]);
  });
});

describe('f_NFS: what the gateway answers itself', () => {
  const procedures = (count: number): number[] =>
    Array.from({ length: count }, (_, index) => index);
  // RFC 1813 section 3.3: how many of post_op_attr (1 word), and of wcc_data (2), a failure carries.
  const WORDS_3 = [0, 0, 2, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 4, 3, 1, 1, 1, 1, 1, 2];
  const ACL_WORDS_3 = [0, 1, 1, 0];

  it.each([
    ['NFS version 3', NFS, 3, WORDS_3],
    ['NFS_ACL version 3', NFS_ACL, 3, ACL_WORDS_3],
  ])('A17: a handle of no node is NFS3ERR_BADHANDLE: %s', (_, program, version, absent) => {
    for (const procedure of procedures(absent.length).slice(1)) {
      const passed = ask(
        tables,
        callOf({ program, version, procedure, args: counted(ganesha(9)) }),
      );
      const results = word(10001) + word(0).repeat(absent[procedure] ?? 0);
      expect([procedure, told(passed)]).toEqual([procedure, [accepted(SUCCESS, results)]]);
      expect(passed.decision.verdict).toEqual({ kind: 'answer', reason: 'filehandle-unknown' });
    }
  });

  it('A17: in version 2 it is NFSERR_STALE, and nothing else', () => {
    const args = raw(handle(32, 2, [0, 9]));
    for (const [program, count] of [
      [NFS, 18],
      [NFS_ACL, 6],
    ] as const)
      for (const procedure of procedures(count)) {
        // NULL, and what was never used: ROOT, WRITECACHE.
        const takesNone = procedure === 0 || (program === NFS && [3, 7].includes(procedure));
        const passed = ask(tables, callOf({ program, version: 2, procedure, args }));
        expect([procedure, told(passed)]).toEqual([
          procedure,
          [accepted(SUCCESS, takesNone ? '' : word(70))],
        ]);
      }
  });

  it('A17: a handle that ends before the number, and node 0, are of no node', () => {
    for (const octets of [[], [0x43, 0, 0], ganesha(0)])
      expect(told(ask(tables, nfs3(GETATTR, octets)))).toEqual([accepted(SUCCESS, word(10001))]);
  });

  it('A18: NULL is answered', () => {
    for (const [program, version] of [
      [NFS, 2],
      [NFS, 3],
      [NFS_ACL, 2],
      [NFS_ACL, 3],
    ] as const) {
      const passed = ask(tables, callOf({ program, version, procedure: 0 }));
      expect(told(passed)).toEqual([accepted(SUCCESS)]);
      expect(seen(passed)).toMatchObject([{ source: '198.51.100.1', sourcePort: 2049 }]);
    }
  });

  it('A18: another program, version or procedure, and arguments that cannot be read', () => {
    const args = counted(ganesha(1));
    const call = { program: NFS, version: 3, procedure: 1, args };
    const rows: readonly (readonly [Uint8Array, string])[] = [
      [callOf({ ...call, program: MOUNT }), accepted(PROG_UNAVAIL)],
      [callOf({ ...call, version: 4 }), mismatch(2, 3)],
      [callOf({ ...call, version: 1 }), mismatch(2, 3)],
      [callOf({ ...call, procedure: 22 }), accepted(PROC_UNAVAIL)],
      [callOf({ ...call, program: NFS_ACL, procedure: 4 }), accepted(PROC_UNAVAIL)],
      [callOf({ ...call, args: '' }), accepted(GARBAGE_ARGS)],
      [callOf({ ...call, args: args.slice(0, -8) }), accepted(GARBAGE_ARGS)],
      [callOf({ ...call, args: counted(handle(65, 2, [0, 1])) }), accepted(GARBAGE_ARGS)],
      [callOf({ ...call, version: 2, args: raw(ganesha(1)) }), accepted(GARBAGE_ARGS)],
    ];
    for (const [payload, reply] of rows) {
      const passed = ask(tables, payload);
      expect(told(passed)).toEqual([reply]);
      expect(passed.decision.verdict).toEqual({ kind: 'answer', reason: 'rpc-refused' });
    }
    expect(ask(tables, nfs3(GETATTR, ganesha(1)).slice(0, 39)).decision.verdict).toEqual({
      kind: 'drop',
      reason: 'rpc-unreadable',
    });
  });
});

describe('f_NFS: calls in fragments', () => {
  const write = (number: number): Uint8Array =>
    frameOf(of, CAMPUS, toCluster(2049, nfs3(7, ganesha(number), '00'.repeat(1000))));

  it('A18 D3: the first fragment is enough, as it has the handle', () => {
    const [first] = cutAt(write(2), 800);
    const passed = step(tables, first, CAMPUS, 0);
    expect(passed.outputs.map(({ frame }) => [...frame.slice(30, 34)])).toEqual([[10, 77, 0, 12]]);
  });

  it('A17 D3: of a handle of no node the answer comes at once, and the other fragments go nowhere', () => {
    const [first, second] = cutAt(write(9), 800);
    const passed = step(tables, first, CAMPUS, 0);
    expect(told(passed)).toEqual([accepted(SUCCESS, word(10001) + word(0).repeat(2))]);
    const rest = step(passed.tables, second, CAMPUS, 0);
    expect(rest.outputs).toEqual([]);
    expect(rest.decision.verdict).toEqual({ kind: 'drop', reason: 'filehandle-unknown' });
  });

  it('A18 D3: one that ends within the handle waits for the rest', () => {
    const [first, second] = cutAt(write(2), 56);
    const held = step(tables, first, CAMPUS, 0);
    expect(held.outputs).toEqual([]);
    const passed = step(held.tables, second, CAMPUS, 0);
    expect(seen(passed)).toMatchObject([{ destination: '10.77.0.12', destinationPort: 2049 }]);
  });
});
