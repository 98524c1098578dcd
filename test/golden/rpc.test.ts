// ONC RPC messages with their bytes written out, as real programs sent them or as the RFCs draw them.

import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../core/rpc/call.ts';
import { readCall } from '../../core/rpc/call.ts';
import { PRESETS, nodeNumberIn } from '../../core/rpc/filehandle.ts';
import * as mount from '../../core/rpc/mount.ts';
import * as nfs from '../../core/rpc/nfs.ts';
import * as portmap from '../../core/rpc/portmap.ts';
import * as reply from '../../core/rpc/reply.ts';
import * as rpcbind from '../../core/rpc/rpcbind.ts';
import { ipv4 } from '../../core/wire/address.ts';
import { hex } from './hex.ts';

const GETPORT_CALL = hex(`
  6b031a89 00000000 00000002 000186a0 00000002 00000003
  00000000 00000000 00000000 00000000
  000186a5 00000003 00000011 00000000`);
const GETPORT_REPLY = hex('6b031a89 00000001 00000000 00000000 00000000 00000000 00004e50');

const MNT_CALL = hex(`
  6b031843 00000000 00000002 000186a5 00000003 00000001
  00000001 00000018 6b02d695 00000002 766d0000 00000000 00000000 00000000
  00000000 00000000
  0000000a 2f657870 6f72742f 6e310000`);
const MNT_REPLY = hex(`
  6b031843 00000001 00000000 00000000 00000000 00000000 00000000
  0000001c 43000001 16446242 f8ac4416 ae290162 58c05002 00000000 00000000
  00000002 00000001 00000000`);

const READ_CALL = hex(`
  6b03dfbf 00000000 00000002 000186a3 00000003 00000006
  00000001 00000018 6b02d697 00000002 766d0000 00000000 00000000 00000000
  00000000 00000000
  0000001c 43000001 16446242 f8ac4416 ae2901c8 fb630117 00000000 00000000
  00000000 00000000 00002000`);

/** READ of NFS version 2: the handle has no length word. */
const READ_2_CALL = hex(`
  00000007 00000000 00000002 000186a3 00000002 00000006 00000000 00000000 00000000 00000000
  01000100 02000000 a1a2a3a4 00000000 00000000 00000000 00000000 00020000
  00000000 00002000 00000000`);

const GETADDR_CALL = hex(`
  6b03d973 00000000 00000002 000186a0 00000004 00000003
  00000000 00000000 00000000 00000000
  000186a3 00000003 00000003 75647000
  00000011 31302e39 302e302e 3130302e 302e3131 31000000
  00000008 6c696274 69727063`);
const GETADDR_REPLY = hex(`
  6b03d973 00000001 00000000 00000000 00000000 00000000
  0000000f 31302e39 302e302e 3130302e 382e3100`);

const call = (bytes: Uint8Array): Call => {
  const read = readCall(bytes, 0, bytes.length);
  if (read.kind !== 'call') throw new Error(read.kind);
  return read;
};

const nodeOf = (bytes: Uint8Array, field: keyof typeof PRESETS): number => {
  const handle = nfs.readHandle(bytes, call(bytes), bytes.length);
  if (typeof handle === 'string') throw new Error(handle);
  return nodeNumberIn(bytes, handle.at, handle.length, PRESETS[field]);
};

describe('golden RPC messages', () => {
  it('A16: a GETPORT call asks for MOUNT version 3 over UDP, both ways', () => {
    expect(call(GETPORT_CALL)).toEqual({
      kind: 'call',
      xid: 0x6b031a89,
      program: 100000,
      version: 2,
      procedure: 3,
      argumentsAt: 40,
    });
    const wanted = { program: 100005, version: 3, protocol: 17 };
    expect(portmap.readMapping(GETPORT_CALL, 40, 56)).toEqual({ ...wanted, port: 0 });
    expect(portmap.encodeGetport(0x6b031a89, wanted)).toEqual(GETPORT_CALL);
  });

  it('A16: its answer is port 20048, both ways', () => {
    expect(reply.readReply(GETPORT_REPLY, 0, 28)).toEqual({
      kind: 'reply',
      xid: 0x6b031a89,
      status: 0,
      resultsAt: 24,
    });
    expect(portmap.readPort(GETPORT_REPLY, 24, 28)).toBe(20048);
    expect(reply.encodeSuccess(0x6b031a89, portmap.encodePort(20048))).toEqual(GETPORT_REPLY);
  });

  it('A16: a GETADDR call of version 4 asks for NFS version 3 over UDP, and its answer', () => {
    expect(call(GETADDR_CALL)).toMatchObject({ program: 100000, version: 4, procedure: 3 });
    expect(rpcbind.readRpcb(GETADDR_CALL, 40, GETADDR_CALL.length)).toEqual({
      program: 100003,
      version: 3,
      netid: 'udp',
      address: '10.90.0.100.0.111',
      owner: 'libtirpc',
    });
    const address = rpcbind.universalAddress(ipv4(0x0a5a0064), 2049);
    const results = rpcbind.encodeUniversalAddress(address);
    expect(reply.encodeSuccess(0x6b03d973, results)).toEqual(GETADDR_REPLY);
  });

  it('A15: a MNT call with AUTH_SYS carries its path behind the credential', () => {
    const read = call(MNT_CALL);
    expect(read).toMatchObject({ program: 100005, version: 3, procedure: 1, argumentsAt: 64 });
    expect(mount.carriesPath(read.version, read.procedure)).toBe(true);
    expect(mount.readPath(MNT_CALL, 64, MNT_CALL.length)).toEqual(E.right('/export/n1'));
  });

  it("A17: its answer gives a handle of 28 bytes with the node's number", () => {
    expect(reply.readReply(MNT_REPLY, 0, MNT_REPLY.length)).toMatchObject({ resultsAt: 24 });
    expect(mount.readMountResult(MNT_REPLY, 24, MNT_REPLY.length, 3)).toEqual({
      status: 0,
      handle: { at: 32, length: 28 },
    });
    expect(nodeNumberIn(MNT_REPLY, 32, 28, PRESETS.ganesha)).toBe(1);
  });

  it('A18: an NFS version 3 READ call carries the node number in its handle', () => {
    const read = call(READ_CALL);
    expect(read).toMatchObject({ program: 100003, version: 3, procedure: 6, argumentsAt: 64 });
    expect(nfs.readHandle(READ_CALL, read, READ_CALL.length)).toEqual({ at: 68, length: 28 });
    expect(nodeOf(READ_CALL, 'ganesha')).toBe(1);
  });

  it('A18: an NFS version 2 READ call carries the node number in its handle', () => {
    const handle = nfs.readHandle(READ_2_CALL, call(READ_2_CALL), READ_2_CALL.length);
    expect(handle).toEqual({ at: 40, length: 32 });
    expect(nodeOf(READ_2_CALL, 'knfsd')).toBe(2);
    expect(nodeOf(READ_2_CALL, 'seed')).toBe(2);
  });

  it('A18: a handle that no node has is answered stale', () => {
    expect(nfs.encodeFailure(call(READ_CALL), 70)).toEqual(hex('00000046 00000000'));
    expect(nfs.encodeFailure(call(READ_CALL), 10001)).toEqual(hex('00002711 00000000'));
    expect(nfs.encodeFailure(call(READ_2_CALL), 70)).toEqual(hex('00000046'));
  });

  it('RPC version 3 is answered RPC_MISMATCH, 2 to 2', () => {
    const bytes = hex('00000007 00000000 00000003 000186a0');
    expect(readCall(bytes, 0, 16)).toEqual({ kind: 'rpc-version', xid: 7 });
    expect(reply.encodeRpcMismatch(7)).toEqual(
      hex('00000007 00000001 00000001 00000000 00000002 00000002'),
    );
  });

  it('version 3 of a port mapper that has only version 2 is answered PROG_MISMATCH, 2 to 2', () => {
    expect(reply.encodeProgramMismatch(7, 2, 2)).toEqual(
      hex('00000007 00000001 00000000 00000000 00000000 00000002 00000002 00000002'),
    );
  });
});
