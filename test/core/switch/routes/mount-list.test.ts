import { describe, expect, it } from 'vitest';
import type { Tables } from '../../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../../core/decision/topology.ts';
import type { Ipv4Address } from '../../../../core/wire/address.ts';
import { listed, string } from '../../rpc/slow-xdr.ts';
import { CAMPUS, NODES, address, tablesOf } from '../laboratory.ts';
import type { Message } from '../laboratory.ts';
import {
  DUMP,
  MNT,
  SUCCESS,
  SYSTEM_ERR,
  UMNT,
  UMNTALL,
  XID,
  accepted,
  askMount,
  mountAnswer,
  mountCall,
  passAll,
  path,
  rpcTopology,
  toCluster,
  told,
  toldNodes,
} from './rpc-laboratory.ts';

const [alpha, beta] = NODES as [Ipv4Address, Ipv4Address];
const tables = tablesOf(rpcTopology());

/** A call of the host. */
const asks = (payload: Uint8Array, message: Partial<Message> = {}) =>
  [CAMPUS, toCluster(20048, payload, message)] as const;

/** The answer of a node. */
const answers = (...given: Parameters<typeof mountAnswer>) =>
  [INTERCONNECT, mountAnswer(...given)] as const;

describe('f_MOUNT: who has mounted what', () => {
  const dump = (before: Tables): readonly string[] => told(askMount(before, mountCall(DUMP)));
  const listing = (...entries: readonly (readonly [string, string])[]): readonly string[] => [
    accepted(SUCCESS, listed(entries.map(([host, directory]) => string(host) + path(directory)))),
  ];
  const mounted = passAll(tables, [
    asks(mountCall(MNT, path('/home/a'), 3, 1)),
    answers(beta, 636, 0, 1),
    asks(mountCall(MNT, path('/projects'), 3, 2)),
    answers(alpha, 635, 0, 2),
  ]);

  it('A15: DUMP tells a mount when the node has granted it, not before', () => {
    expect(dump(tables)).toEqual(listing());
    const asked = passAll(tables, [asks(mountCall(MNT, path('/home')))]);
    expect(dump(asked)).toEqual(listing());
    expect(dump(passAll(asked, [answers(beta, 636, 0)]))).toEqual(
      listing(['198.51.100.9', '/home']),
    );
    expect(dump(mounted)).toEqual(
      listing(['198.51.100.9', '/home/a'], ['198.51.100.9', '/projects']),
    );
  });

  it('A15: a mount that failed, or an answer to another question, is not told', () => {
    const asked = passAll(tables, [asks(mountCall(MNT, path('/home')))]);
    const denied = passAll(asked, [answers(beta, 636, 13)]);
    expect(dump(denied)).toEqual(listing());
    expect(denied.mounts.size).toBe(0);
    expect(dump(passAll(denied, [answers(beta, 636, 0)]))).toEqual(listing());
    expect(dump(passAll(asked, [answers(beta, 636, 0, XID + 1)]))).toEqual(listing());
    const message = mountAnswer(beta, 636, 0);
    const toAnother = { ...message, destination: address('198.51.100.77') };
    expect(dump(passAll(asked, [[INTERCONNECT, toAnother]]))).toEqual(listing());
    expect(dump(passAll(asked, [[INTERCONNECT, { ...message, destinationPort: 841 }]]))).toEqual(
      listing(),
    );
  });

  it('A15: the answer to a later mount that failed leaves what was granted', () => {
    const again = passAll(mounted, [
      asks(mountCall(MNT, path('/projects'), 3, 3)),
      answers(alpha, 635, 13, 3),
    ]);
    expect(dump(again)).toEqual(dump(mounted));
  });

  it('A15: UMNT takes one from the list, however the path is spelt; UMNTALL all of the host', () => {
    const one = passAll(mounted, [asks(mountCall(UMNT, path('home/a/')))]);
    expect(dump(one)).toEqual(listing(['198.51.100.9', '/projects']));
    const other = { source: address('198.51.100.77') };
    const untouched = passAll(mounted, [
      asks(mountCall(UMNT, path('/home/a')), other),
      asks(mountCall(UMNTALL), other),
    ]);
    expect(dump(untouched)).toEqual(dump(mounted));
    expect(dump(passAll(mounted, [asks(mountCall(UMNTALL))]))).toEqual(listing());
  });

  it('A15: the list is bounded, the oldest leaves first', () => {
    const limits = { mounts: 2 };
    const few = tablesOf(rpcTopology({ limits }));
    const three = passAll(
      few,
      [1, 2, 3].flatMap((xid) => [
        asks(mountCall(MNT, path(`/home/${xid}`), 3, xid)),
        answers(beta, 636, 0, xid),
      ]),
    );
    expect(three.mounts.size).toBe(2);
    expect(dump(three)).toEqual(listing(['198.51.100.9', '/home/2'], ['198.51.100.9', '/home/3']));
  });

  it('A15: a list that no datagram can hold is an error, and no unsound packet', () => {
    const long = 'x'.repeat(1000);
    const many = passAll(
      tables,
      Array.from({ length: 70 }, (_, xid) => [
        asks(mountCall(MNT, path(`/home/${xid}/${long}`), 3, xid)),
        answers(beta, 636, 0, xid),
      ]).flat(),
    );
    expect(many.mounts.size).toBe(70);
    expect(dump(many)).toEqual([accepted(SYSTEM_ERR)]);
  });

  it('A15: UMNTALL is answered once, by the gateway: a forged one is not multiplied', () => {
    for (const mountPorts of [{}, undefined]) {
      const before = tablesOf(rpcTopology(mountPorts && { mountPorts }));
      const passed = askMount(before, mountCall(UMNTALL));
      expect(told(passed)).toEqual([accepted(SUCCESS)]);
      expect(toldNodes(passed)).toEqual([]);
    }
  });
});
