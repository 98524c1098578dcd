// Real programs' RPC messages: read as tshark 4.0 reads them, and written as the servers wrote them.

import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../core/rpc/byte-string.ts';
import type { Call } from '../../core/rpc/call.ts';
import { readCall } from '../../core/rpc/call.ts';
import { PRESETS, nodeNumberIn } from '../../core/rpc/filehandle.ts';
import * as mount from '../../core/rpc/mount.ts';
import * as nfs from '../../core/rpc/nfs.ts';
import * as portmap from '../../core/rpc/portmap.ts';
import * as reply from '../../core/rpc/reply.ts';
import * as rpcbind from '../../core/rpc/rpcbind.ts';
import { ipv4 } from '../../core/wire/address.ts';
import type { CapturedMessage } from './rpc-messages.ts';
import { messagesOf } from './rpc-messages.ts';

const hexOf = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.from(bytes.slice(at, at + length)).toString('hex');

const CLUSTER = ipv4(0x0a5a0064);

const argumentsOf = (bytes: Uint8Array, call: Call): string => {
  const [at, end] = [call.argumentsAt, bytes.length];
  const place = `${call.program}.${call.version}.${call.procedure}`;
  if (place === '100000.2.3') {
    const mapping = portmap.readMapping(bytes, at, end);
    return typeof mapping === 'string' ? mapping : Object.values(mapping).join(' ');
  }
  if (place === '100000.4.3') {
    const rpcb = rpcbind.readRpcb(bytes, at, end);
    return typeof rpcb === 'string' ? rpcb : Object.values(rpcb).join(' ');
  }
  if (place === '100005.3.1') return E.toUnion(mount.readPath(bytes, at, end));
  if (call.program !== 100003) return `${end - at} bytes`;
  const handle = nfs.readHandle(bytes, call, end);
  if (typeof handle === 'string') return handle;
  const node = nodeNumberIn(bytes, handle.at, handle.length, PRESETS.ganesha);
  return `${hexOf(bytes, handle.at, handle.length)} node ${node}`;
};

const resultsOf = (bytes: Uint8Array, at: number, call: Call): string => {
  const place = `${call.program}.${call.version}.${call.procedure}`;
  if (place === '100000.2.3') return `port ${portmap.readPort(bytes, at, bytes.length)}`;
  if (place !== '100005.3.1') return `${bytes.length - at} bytes`;
  const result = mount.readMountResult(bytes, at, bytes.length, 3);
  if (typeof result === 'string' || result.handle === null) return 'no handle';
  return hexOf(bytes, result.handle.at, result.handle.length);
};

/** A line for each message: a call and its arguments, or a reply to the call of that xid and its results. */
const account = (messages: readonly CapturedMessage[]): string[] => {
  const calls = new Map<number, Call>();
  return messages.map(({ frame, protocol, data }) => {
    // A record of TCP has a word before it (RFC 5531 section 11); these are whole in one segment each.
    const bytes = protocol === 'tcp' ? data.slice(4) : data;
    const call = readCall(bytes, 0, bytes.length);
    if (call.kind === 'call') {
      calls.set(call.xid, call);
      const { xid, program, version, procedure } = call;
      const numbers = `${program} ${version} ${procedure}`;
      return `${frame} call ${xid.toString(16)} ${numbers}: ${argumentsOf(bytes, call)}`;
    }
    const answer = reply.readReply(bytes, 0, bytes.length);
    const asked = answer.kind === 'reply' ? calls.get(answer.xid) : undefined;
    if (answer.kind !== 'reply' || asked === undefined) return `${frame} ${call.kind}`;
    const { xid, status, resultsAt } = answer;
    const results = resultsOf(bytes, resultsAt, asked);
    return `${frame} reply ${xid.toString(16)} status ${status}: ${results}`;
  });
};

const recordOf = (name: string, frame: number): Uint8Array => {
  const message = messagesOf(name).find((candidate) => candidate.frame === frame);
  if (message === undefined) throw new Error(`${name} has no message in frame ${frame}`);
  return message.protocol === 'tcp' ? message.data.slice(4) : message.data;
};

const ROOT = '4300000116446242f8ac4416ae29016258c050020000000000000000';
const FILE = '4300000116446242f8ac4416ae2901c8fb6301170000000000000000';

describe('captures of real programs', () => {
  it('A15, A16: mount3-udp asks for the MOUNT port and mounts', () => {
    expect(account(messagesOf('mount3-udp.out'))).toEqual([
      '1 call 6b031a89 100000 2 3: 100005 3 17 0',
      '2 reply 6b031a89 status 0: port 20048',
      '3 call 6b031843 100005 3 1: /export/n1',
      `4 reply 6b031843 status 0: ${ROOT}`,
    ]);
  });

  it('A16: portmap-v4-udp asks for the NFS address by RPCBIND version 4, then calls NULL', () => {
    expect(account(messagesOf('portmap-v4-udp.out'))).toEqual([
      '3 call 6b03d973 100000 4 3: 100003 3 udp 10.90.0.100.0.111 libtirpc',
      '4 reply 6b03d973 status 0: 20 bytes',
      '5 call 6b03def6 100003 3 0: none',
      '6 reply 6b03def6 status 0: 0 bytes',
    ]);
    const address = rpcbind.encodeUniversalAddress(rpcbind.universalAddress(CLUSTER, 2049));
    expect(reply.encodeSuccess(0x6b03d973, address)).toEqual(recordOf('portmap-v4-udp.out', 4));
    expect(reply.encodeSuccess(0x6b03def6, reply.VOID)).toEqual(recordOf('portmap-v4-udp.out', 6));
  });

  it('A17, A18: nfs3-udp-8k carries the node number in every handle', () => {
    expect(account(messagesOf('nfs3-udp-8k.out'))).toEqual([
      '1 call 6b03e53b 100000 2 3: 100005 3 17 0',
      '2 reply 6b03e53b status 0: port 20048',
      '3 call 6b03e739 100005 3 1: /export/n1',
      `4 reply 6b03e739 status 0: ${ROOT}`,
      '5 call 6b03e974 100000 2 3: 100003 3 17 0',
      '6 reply 6b03e974 status 0: port 2049',
      `7 call 6b03ef0c 100003 3 8: ${ROOT} node 1`,
      '8 reply 6b03ef0c status 0: 244 bytes',
      `14 call 6b03ef0d 100003 3 7: ${FILE} node 1`,
      '15 reply 6b03ef0d status 0: 112 bytes',
      `21 call 6b03ef0e 100003 3 7: ${FILE} node 1`,
      '22 reply 6b03ef0e status 0: 112 bytes',
      '23 call 6b03db06 100000 2 3: 100005 3 17 0',
      '24 reply 6b03db06 status 0: port 20048',
      '25 call 6b03dc33 100005 3 1: /export/n1',
      `26 reply 6b03dc33 status 0: ${ROOT}`,
      '27 call 6b03de11 100000 2 3: 100003 3 17 0',
      '28 reply 6b03de11 status 0: port 2049',
      `29 call 6b03dfbe 100003 3 3: ${ROOT} node 1`,
      '30 reply 6b03dfbe status 0: 212 bytes',
      `31 call 6b03dfbf 100003 3 6: ${FILE} node 1`,
      '37 reply 6b03dfbf status 0: 8296 bytes',
      `38 call 6b03dfc0 100003 3 6: ${FILE} node 1`,
      '44 reply 6b03dfc0 status 0: 8296 bytes',
      '45 call 6b0326e6 100000 2 3: 100005 3 17 0',
      '46 reply 6b0326e6 status 0: port 20048',
      '47 call 6b032729 100005 3 1: /export/n1',
      `48 reply 6b032729 status 0: ${ROOT}`,
      '49 call 6b032ad2 100000 2 3: 100003 3 17 0',
      '50 reply 6b032ad2 status 0: port 2049',
      `51 call 6b032bc7 100003 3 16: ${ROOT} node 1`,
      '52 reply 6b032bc7 status 0: 728 bytes',
      '53 call 6b03052e 100000 2 3: 100005 3 17 0',
      '54 reply 6b03052e status 0: port 20048',
      '55 call 6b030745 100005 3 1: /export/n1',
      `56 reply 6b030745 status 0: ${ROOT}`,
      '57 call 6b0309f9 100000 2 3: 100003 3 17 0',
      '58 reply 6b0309f9 status 0: port 2049',
      `59 call 6b030925 100003 3 12: ${ROOT} node 1`,
      '60 reply 6b030925 status 0: 120 bytes',
    ]);
  });

  it('A18, D3: the first fragment of a WRITE of 8 KiB is enough to read its handle', () => {
    const writes = messagesOf('nfs3-udp-8k.out').filter(
      ({ frame }) => frame === 14 || frame === 21,
    );
    expect(writes.map(({ firstFragment, data }) => [firstFragment.length, data.length])).toEqual([
      [1472, 8308],
      [1472, 8308],
    ]);
    for (const { firstFragment } of writes) {
      const call = readCall(firstFragment, 0, firstFragment.length);
      if (call.kind !== 'call') throw new Error(call.kind);
      expect(argumentsOf(firstFragment, call)).toBe(`${FILE} node 1`);
    }
  });

  it('A16: every GETPORT answer is written as the port mapper wrote it', () => {
    const answers = [...messagesOf('mount3-udp.out'), ...messagesOf('nfs3-udp-8k.out')].filter(
      ({ sourcePort }) => sourcePort === 111,
    );
    expect(answers).toHaveLength(9);
    for (const { data } of answers) {
      const answer = reply.readReply(data, 0, data.length);
      if (answer.kind !== 'reply') throw new Error(answer.kind);
      const port = portmap.readPort(data, answer.resultsAt, data.length);
      if (typeof port === 'string') throw new Error(port);
      expect(reply.encodeSuccess(answer.xid, portmap.encodePort(port))).toEqual(data);
    }
  });

  it('A16: portmap-dump lists what rpcbind lists, byte for byte', () => {
    expect(account(messagesOf('portmap-dump.out'))).toEqual([
      '4 call 9bcd9180 100000 4 3: 100000 2 tcp 10.90.0.100.0.111 libtirpc',
      '6 reply 9bcd9180 status 0: 24 bytes',
      '14 call 9bcd984e 100000 2 4: 0 bytes',
      '16 reply 9bcd984e status 0: 244 bytes',
    ]);
    const rows = [
      ...[6, 17].flatMap((protocol) =>
        [4, 3, 2].map((version) => [100000, version, protocol, 111]),
      ),
      ...[17, 6].map((protocol) => [100003, 3, protocol, 2049]),
      ...[1, 3].flatMap((version) => [17, 6].map((protocol) => [100005, version, protocol, 20048])),
    ] as [number, number, number, number][];
    const mappings = rows.map(([program, version, protocol, port]) => ({
      program,
      version,
      protocol,
      port,
    }));
    const written = reply.encodeSuccess(0x9bcd984e, portmap.encodeDump(mappings));
    expect(written).toEqual(recordOf('portmap-dump.out', 16));
  });

  it('A15: showmount lists what ganesha lists, byte for byte', () => {
    expect(account(messagesOf('showmount.out'))).toEqual([
      '4 call 3df07098 100000 4 3: 100005 3 tcp 10.90.0.100.0.111 libtirpc',
      '6 reply 3df07098 status 0: 24 bytes',
      '14 call 3df07224 100005 3 5: 0 bytes',
      '16 reply 3df07224 status 0: 28 bytes',
    ]);
    const written = reply.encodeSuccess(0x3df07224, mount.encodeExports([utf8('/export/n1')]));
    expect(written).toEqual(recordOf('showmount.out', 16));
    const address = rpcbind.encodeUniversalAddress(rpcbind.universalAddress(CLUSTER, 20048));
    expect(reply.encodeSuccess(0x3df07098, address)).toEqual(recordOf('showmount.out', 6));
  });
});
