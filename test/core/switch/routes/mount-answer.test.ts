import { describe, expect, it } from 'vitest';
import { step } from '../../../../core/simulate/simulate.ts';
import type { Step } from '../../../../core/simulate/simulate.ts';
import { bytes, listed, word } from '../../rpc/slow-xdr.ts';
import { CAMPUS, frameOf, seen, tablesOf } from '../laboratory.ts';
import {
  EXPORT,
  EXPORTALL,
  GARBAGE_ARGS,
  MNT,
  MOUNT,
  NFS,
  NULL,
  PROC_UNAVAIL,
  PROG_UNAVAIL,
  SUCCESS,
  XID,
  accepted,
  askMount,
  callOf,
  mismatch,
  mountCall,
  path,
  rpcMismatch,
  rpcTopology,
  toCluster,
  told,
} from './rpc-laboratory.ts';

const of = rpcTopology();
const tables = tablesOf(of);

describe('f_MOUNT: what the gateway answers itself', () => {
  it('A15: NULL', () => {
    for (const version of [1, 2, 3]) {
      const passed = askMount(tables, mountCall(NULL, '', version));
      expect(told(passed)).toEqual([accepted(SUCCESS)]);
      expect(passed.decision.verdict).toEqual({ kind: 'answer', reason: 'rpc-answer' });
    }
  });

  it('A15: EXPORT lists the cluster export table, each path for everyone', () => {
    const paths = ['/projects', '/projects/old', '/home', '/srv/données'];
    const list = accepted(SUCCESS, listed(paths.map((one) => path(one) + listed([]))));
    expect(told(askMount(tables, mountCall(EXPORT)))).toEqual([list]);
    expect(told(askMount(tables, mountCall(EXPORTALL, '', 1)))).toEqual([list]);
    const none = tablesOf(rpcTopology({ exports: {} }));
    expect(told(askMount(none, mountCall(EXPORT)))).toEqual([accepted(SUCCESS, listed([]))]);
  });

  it('A15: another program, version or procedure, and arguments that cannot be read', () => {
    const call = { program: MOUNT, version: 3, procedure: 1 };
    const rows: readonly (readonly [Uint8Array, string])[] = [
      [callOf({ ...call, program: NFS }), accepted(PROG_UNAVAIL)],
      [callOf({ ...call, version: 0 }), mismatch(1, 3)],
      [callOf({ ...call, version: 4 }), mismatch(1, 3)],
      [callOf({ ...call, procedure: 6 }), accepted(PROC_UNAVAIL)],
      [callOf({ ...call, procedure: 7, version: 1 }), accepted(PROC_UNAVAIL)],
      [callOf({ ...call, procedure: 8, version: 2 }), accepted(PROC_UNAVAIL)],
      [callOf(call), accepted(GARBAGE_ARGS)],
      [callOf({ ...call, args: path('/home').slice(0, -2) }), accepted(GARBAGE_ARGS)],
      [callOf({ ...call, args: path('x'.repeat(1025)) }), accepted(GARBAGE_ARGS)],
      [callOf({ ...call, args: word(0xffffffff) }), accepted(GARBAGE_ARGS)],
      [bytes([XID, 0, 3].map(word).join('')), rpcMismatch()],
    ];
    for (const [payload, reply] of rows) {
      const passed = askMount(tables, payload);
      expect(told(passed)).toEqual([reply]);
      expect(passed.decision.verdict).toEqual({ kind: 'answer', reason: 'rpc-refused' });
      expect(passed.decision.changes).toEqual([]);
    }
  });

  it('A15: what is no call is dropped, without an answer', () => {
    const rows = [
      new Uint8Array(0),
      bytes(accepted(SUCCESS)),
      mountCall(MNT).slice(0, 39),
      bytes('55'.repeat(200)),
    ];
    for (const payload of rows)
      expect(askMount(tables, payload)).toMatchObject({
        decision: { verdict: { kind: 'drop', reason: 'rpc-unreadable' } },
        outputs: [],
      });
  });

  it('A15: a damaged call gets no answer of the gateway; one that is passed on stays damaged', () => {
    const damaged = (payload: Uint8Array): Step => {
      const frame = frameOf(of, CAMPUS, toCluster(20048, payload));
      frame.set([frame[40] === 1 ? 2 : 1], 40);
      return step(tables, frame, CAMPUS, 0);
    };
    expect(damaged(mountCall(NULL)).decision.verdict).toEqual({
      kind: 'drop',
      reason: 'udp-checksum',
    });
    const passed = damaged(mountCall(MNT, path('/home')));
    expect(passed.outputs).toHaveLength(1);
    expect(() => seen(passed)).toThrow('checksum');
  });

  it('A15: bytes behind the datagram are no part of the call', () => {
    const frame = frameOf(of, CAMPUS, toCluster(20048, mountCall(MNT, path('/home'))));
    // The datagram ends behind the call's header; no checksum.
    frame.set([0, 48, 0, 0], 38);
    expect(told(step(tables, frame, CAMPUS, 0))).toEqual([accepted(GARBAGE_ARGS)]);
  });
});
