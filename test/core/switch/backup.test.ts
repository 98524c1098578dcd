// What would go to a node that is down goes to its backup, and comes back (A21, claim 16).

import { describe, expect, it } from 'vitest';
import type { Step } from '../../../core/simulate/simulate.ts';
import { setNode } from '../../../core/switch/administration.ts';
import { HELD_FRAMES } from '../../../core/host/neighbour-room.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { apply } from '../../../core/decision/tables.ts';
import type { NodeState } from '../../../core/decision/topology.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import type { Ipv4Address } from '../../../core/wire/address.ts';
import * as icmp from '../../../core/wire/icmp.ts';
import { counted, string } from '../rpc/slow-xdr.ts';
import type { Message } from './laboratory.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  ICMP,
  NODES,
  TCP,
  UDP,
  packetOf,
  pass,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';
import { callOf } from './routes/rpc-laboratory.ts';

const SYN = 0x02;
const ACK = 0x10;
const [ALPHA = HOST, BETA = HOST, GAMMA = HOST] = NODES;

const changes = {
  nodes: {
    alpha: { number: 1, address: '10.77.0.11', backup: 'beta' },
    beta: { number: 2, address: '10.77.0.12' },
    gamma: { number: 3, address: '10.77.0.13', backup: 'beta' },
  },
  services: [
    { port: 53, protocol: 'udp', route: 'node', node: 'alpha' },
    { port: 123, protocol: 'udp', route: 'node', node: 'alpha', nodePort: 1123 },
    { port: 22, protocol: 'tcp', route: 'node', node: 'alpha' },
    { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'gamma'] },
    { port: 7, protocol: 'udp', route: 'connection', nodes: ['alpha'] },
    { port: 2049, protocol: 'udp', route: 'nfs', filehandle: 'ganesha' },
    { port: 20048, protocol: 'udp', route: 'mount' },
  ],
  exports: { '/projects': 'alpha' },
  mountPorts: { alpha: 635, beta: 636, gamma: 637 },
};

const nfsCall = callOf({
  program: 100003,
  version: 3,
  procedure: 1,
  args: counted([1, 0, 0, 1, 0, 0]),
});
const mountCall = callOf({
  program: 100005,
  version: 3,
  procedure: 1,
  args: string('/projects/x'),
});

/** Each kind of service: what is asked, and the port on the node, and on its backup. */
const rows: readonly (readonly [string, Partial<Message>, number, number])[] = [
  ['an entry of one node', { protocol: UDP, destinationPort: 53 }, 53, 53],
  ['one on another port there', { protocol: UDP, destinationPort: 123 }, 1123, 1123],
  ['TCP to an entry of one node', { protocol: TCP, destinationPort: 22, flags: SYN }, 22, 22],
  ['the connection manager', { protocol: UDP, destinationPort: 7 }, 7, 7],
  ['a filehandle', { protocol: UDP, destinationPort: 2049, payload: nfsCall }, 2049, 2049],
  ['an export', { protocol: UDP, destinationPort: 20048, payload: mountCall }, 635, 636],
];

const set = (tables: Tables, node: number, state: NodeState): Tables =>
  apply(tables, setNode(tables, node, state));

const ask = (tables: Tables, message: Partial<Message>): Step =>
  pass(tables, CAMPUS, { source: HOST, destination: CLUSTER, sourcePort: 5000, ...message });

const answer = (tables: Tables, node: Ipv4Address, port: number, protocol = UDP): Step =>
  pass(tables, INTERCONNECT, {
    source: node,
    destination: HOST,
    protocol,
    sourcePort: port,
    destinationPort: 5000,
    flags: SYN | ACK,
  });

describe.each(['rewrite', 'direct'] as const)('in %s', (forwarding) => {
  const isRewritten = forwarding === 'rewrite';
  const of = topology({
    ...changes,
    forwarding,
    ...(isRewritten
      ? {}
      : {
          services: changes.services.map(({ nodePort: _, ...service }) => service),
          mountPorts: {},
        }),
  });
  const tables = tablesOf(of);
  /** The node that a message went to: by the MAC address, which says it in both. */
  const nodeOf = (one: Step): number | undefined =>
    one.decision.verdict.kind === 'forward' ? (seen(one)[0]?.mac ?? 0) & 255 : undefined;

  it.each(rows)(
    'A21: the backup gets %s while the node is down, and the node again after',
    (_, message, port, backupPort) => {
      const up = ask(tables, message);
      const down = ask(set(up.tables, 0, 'down'), message);
      const again = ask(set(set(up.tables, 0, 'down'), 0, 'active'), message);
      expect([up, down, again].map(nodeOf)).toEqual([11, 12, 11]);
      if (isRewritten) {
        const ports = [up, down, again].map((one) => seen(one)[0]?.destinationPort);
        expect(ports).toEqual([port, backupPort, port]);
      }
    },
  );

  it('A21: nobody gets it when the backup is down too', () => {
    const none = set(set(tables, 0, 'down'), 1, 'down');
    for (const [, message] of rows) expect(nodeOf(ask(none, message))).toBeUndefined();
  });

  it('A21: a port by algorithm has no backup: nobody else allocated it', () => {
    const message = { protocol: UDP, destinationPort: 39_999 };
    expect(nodeOf(ask(tables, message))).toBe(11);
    expect(ask(set(tables, 0, 'down'), message).decision.verdict).toEqual({
      kind: 'answer',
      reason: 'no-operating-node',
    });
  });

  it('A20 A21: a service of several nodes turns to backups only when none of its own is active', () => {
    const one = set(tables, 0, 'down');
    const ports = [1, 2, 3, 4];
    const open = (state: Tables) =>
      ports.map((sourcePort) =>
        nodeOf(ask(state, { destinationPort: 80, flags: SYN, sourcePort })),
      );
    expect(open(one)).toEqual([13, 13, 13, 13]);
    const both = set(one, 2, 'down');
    expect(open(both)).toEqual([12, 12, 12, 12]);
    // What the backup got stays with it when the nodes come back; what is new goes to them.
    const kept = ask(both, { destinationPort: 80, flags: SYN }).tables;
    const back = set(set(kept, 2, 'active'), 0, 'active');
    expect(nodeOf(ask(back, { destinationPort: 80, flags: ACK }))).toBe(12);
    expect(open(back).every((node) => node === 11 || node === 13)).toBe(true);
  });
});

describe('what a backup answers', () => {
  const of = topology(changes);
  const down = set(tablesOf(of), 0, 'down');

  it.each(rows)(
    'A11 A21: leaves as from the port of the cluster, for %s',
    (_, message, __, backupPort) => {
      const asked = ask(down, message);
      expect(seen(answer(asked.tables, BETA, backupPort, message.protocol))).toMatchObject([
        { egress: CAMPUS, source: '198.51.100.1', sourcePort: message.destinationPort },
      ]);
    },
  );

  it('A21: of a node that is no backup it does not', () => {
    for (const port of [53, 1123]) {
      const answered = answer(down, GAMMA, port);
      for (const out of seen(answered)) expect([53, 123]).not.toContain(out.sourcePort);
    }
    // Nor does the one that is down itself, which sends nothing any more.
    expect(answer(down, ALPHA, 53).decision.verdict).toEqual({ kind: 'drop', reason: 'node-down' });
  });
});

describe('ICMP errors about datagrams that have no entry', () => {
  const of = topology(changes);
  const tables = tablesOf(of);

  const toldAbout = (state: Tables, sourcePort: number): Step => {
    const quoted = packetOf({
      source: CLUSTER,
      destination: HOST,
      protocol: UDP,
      sourcePort,
      destinationPort: 5000,
      payload: new Uint8Array(20),
    });
    const payload = icmp.encode(icmp.errorMessage(3, 4, 1400, quoted));
    return pass(state, CAMPUS, { source: HOST, destination: CLUSTER, protocol: ICMP, payload });
  };

  /** To whom an error goes, and the address and port that the packet it quotes has for them. */
  const told = ({ outputs }: Step) =>
    outputs.map(({ egress, frame }) => {
      const quotes = [...frame.slice(14 + 20 + 8)];
      return {
        egress,
        mac: frame[5],
        to: [...frame.slice(30, 34)].join('.'),
        quoted: quotes.slice(12, 16).join('.'),
        port: (quotes[20] ?? 0) * 256 + (quotes[21] ?? 0),
      };
    });

  const forNode = (node: number, port: number) => ({
    egress: INTERCONNECT,
    mac: node,
    to: `10.77.0.${node}`,
    quoted: `10.77.0.${node}`,
    port,
  });

  it('D2 A18: go to every node that may have sent an answer of NFS, each quoted as its own', () => {
    expect(told(toldAbout(tables, 2049))).toEqual([11, 12, 13].map((node) => forNode(node, 2049)));
    expect(toldAbout(tables, 2049).decision.verdict.kind).toBe('forward');
  });

  it('D2 A15: likewise of MOUNT, on the port that it has at each', () => {
    expect(told(toldAbout(tables, 20048))).toEqual([
      forNode(11, 635),
      forNode(12, 636),
      forNode(13, 637),
    ]);
  });

  it('D2 A21: not to nodes that are down; of a service of one node also to its backup', () => {
    expect(told(toldAbout(set(tables, 1, 'down'), 2049))).toEqual([
      forNode(11, 2049),
      forNode(13, 2049),
    ]);
    expect(told(toldAbout(tables, 123))).toEqual([forNode(11, 1123), forNode(12, 1123)]);
    expect(told(toldAbout(set(tables, 0, 'down'), 123))).toEqual([forNode(12, 1123)]);
  });

  const without = (state: Tables, node: Ipv4Address): Tables =>
    apply(
      state,
      [...state.neighbours.values()]
        .filter(({ address }) => address === node)
        .map((neighbour) => ({ kind: 'neighbour-gone' as const, neighbour })),
    );

  it('D2 D1: a node that can take no more keeps it from none of the others', () => {
    const query = { protocol: UDP, destinationPort: 53 };
    let full = without(tables, ALPHA);
    for (let turn = 0; turn < HELD_FRAMES; turn++) full = ask(full, query).tables;
    expect(ask(full, query).decision.verdict).toMatchObject({ reason: 'neighbour-queue-full' });
    const some = toldAbout(full, 2049);
    expect(some.decision.verdict.kind).toBe('forward');
    expect(told(some)).toEqual([forNode(12, 2049), forNode(13, 2049)]);
    expect(toldAbout(set(set(full, 1, 'down'), 2, 'down'), 2049).decision.verdict).toEqual({
      kind: 'drop',
      reason: 'neighbour-queue-full',
    });
  });

  it('D2 D1: those whose MAC address is not known wait, the others do not', () => {
    const some = toldAbout(without(tables, ALPHA), 2049);
    expect(some.decision.verdict).toEqual({ kind: 'hold', reason: 'neighbour-unresolved' });
    const isArp = (frame: Uint8Array) => frame[13] === 6;
    expect(some.outputs.filter(({ frame }) => isArp(frame))).toHaveLength(1);
    const sent = { ...some, outputs: some.outputs.filter(({ frame }) => !isArp(frame)) };
    expect(told(sent)).toEqual([forNode(12, 2049), forNode(13, 2049)]);
  });
});
