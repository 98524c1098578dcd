import { describe, expect, it } from 'vitest';
import { adopt, setMtu, setNode, setService } from '../../../core/switch/administration.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { apply } from '../../../core/decision/tables.ts';
import { INTERCONNECT, serviceKey } from '../../../core/decision/topology.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  NODES,
  TCP,
  UDP,
  address,
  pass,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';

const SYN = 0x02;
const ACK = 0x10;
const RST = 0x04;
const tables = tablesOf(topology());

const message = (sourcePort: number, flags: number) => ({
  source: HOST,
  destination: CLUSTER,
  sourcePort,
  flags,
});

const open = (state: Tables, ports: readonly number[]): Tables =>
  ports.reduce((before, port) => pass(before, CAMPUS, message(port, SYN)).tables, state);

const nodeOf = (state: Tables, port: number, flags: number): string =>
  seen(pass(state, CAMPUS, message(port, flags)))[0]?.destination ?? 'none';

describe('table changes by people', () => {
  it('A12 A21: a node that is down is reached by nobody, by its own address neither', () => {
    const manager = address('198.51.100.200');
    const [alpha = manager] = NODES;
    const syn = { source: manager, destination: alpha, destinationPort: 22, flags: SYN };
    const down = apply(tables, setNode(tables, 0, 'down'));
    const { decision } = pass(down, CAMPUS, syn);
    expect(decision.verdict).toEqual({ kind: 'drop', reason: 'node-down' });
    expect(decision.changes).toEqual([]);
    expect(pass(tables, CAMPUS, syn).tables.connections.size).toBe(1);
  });

  it('A21: what would go to a node that is down goes to operating ones', () => {
    const before = open(tables, [1, 2, 3]);
    const down = apply(before, setNode(before, 1, 'down'));
    expect(nodeOf(down, 1, ACK)).toBe('10.77.0.11');
    expect(nodeOf(down, 3, ACK)).toBe('10.77.0.13');
    const lost = pass(down, CAMPUS, message(2, ACK));
    // Its host is told, with the number that it expects: what it acknowledges.
    expect(lost.decision.verdict).toEqual({ kind: 'answer', reason: 'orphan-reset' });
    const gone = pass(lost.tables, CAMPUS, message(2, RST));
    expect(nodeOf(gone.tables, 2, ACK)).toBe('none');
    const nodes = new Set(
      [10, 11, 12, 13].map((port) => nodeOf(open(down, [port - 1]), port, SYN)),
    );
    expect(nodes.has('10.77.0.12')).toBe(false);
  });

  it('A22: a node that drains keeps its connections and gets no new ones', () => {
    const before = open(tables, [1, 2, 3]);
    const drained = apply(before, setNode(before, 1, 'drain'));
    expect(nodeOf(drained, 2, ACK)).toBe('10.77.0.12');
    const later = open(drained, [4, 5, 6, 7]);
    expect([4, 5, 6, 7].map((port) => nodeOf(later, port, ACK))).toEqual([
      '10.77.0.11',
      '10.77.0.13',
      '10.77.0.11',
      '10.77.0.13',
    ]);
  });

  it('A21: with no node operating the service is refused as a closed port', () => {
    const none = [0, 1, 2].reduce(
      (state, node) => apply(state, setNode(state, node, 'down')),
      tables,
    );
    expect(pass(none, CAMPUS, message(1, SYN)).decision.verdict).toEqual({
      kind: 'answer',
      reason: 'no-operating-node',
    });
  });

  it('A21: a service of one node goes to its backup by one change', () => {
    const entry = tables.topology.services.get(serviceKey(53, UDP));
    if (entry === undefined) throw new Error('no 53/udp');
    const backup = { ...entry, route: { kind: 'node' as const, node: 2 } };
    const changed = apply(tables, setService(tables, backup));
    const query = { source: HOST, destination: CLUSTER, protocol: UDP, destinationPort: 53 };
    expect(seen(pass(changed, CAMPUS, query))[0]?.destination).toBe('10.77.0.13');
  });

  it('A22: a TCP connection stays at its node when its service of one node moves', () => {
    const of = topology({ services: [{ port: 80, protocol: 'tcp', route: 'node', node: 'beta' }] });
    const before = open(tablesOf(of), [1]);
    const entry = of.services.get(serviceKey(80, TCP));
    if (entry === undefined) throw new Error('no 80/tcp');
    const service = { ...entry, route: { kind: 'node' as const, node: 2 } };
    const set = apply(before, setService(before, service));
    expect(nodeOf(set, 1, ACK)).toBe('10.77.0.12');
    expect(nodeOf(set, 2, SYN)).toBe('10.77.0.13');
  });

  it('A22: a draining node gets no new TCP connection of an entry that names it alone', () => {
    const of = topology({ services: [{ port: 80, protocol: 'tcp', route: 'node', node: 'beta' }] });
    const before = open(tablesOf(of), [1]);
    const drained = apply(before, setNode(before, 1, 'drain'));
    expect(nodeOf(drained, 1, ACK)).toBe('10.77.0.12');
    expect(pass(drained, CAMPUS, message(2, SYN)).decision.verdict).toEqual({
      kind: 'answer',
      reason: 'no-operating-node',
    });
  });

  it('A7: an entry that names a node needs no connection, not even in a full table', () => {
    const of = topology({
      services: [{ port: 80, protocol: 'tcp', route: 'node', node: 'beta' }],
      limits: { connections: 1, neighbours: 64 },
    });
    const full = open(tablesOf(of), [1]);
    expect([2, 3].map((port) => nodeOf(full, port, SYN))).toEqual(['10.77.0.12', '10.77.0.12']);
    expect(nodeOf(tablesOf(of), 9, ACK)).toBe('10.77.0.12');
  });

  it('A22: under a new configuration connections follow their node, whatever its index', () => {
    const before = open(tables, [1, 2, 3]);
    const without = topology({
      nodes: {
        beta: { number: 2, address: '10.77.0.12' },
        gamma: { number: 3, address: '10.77.0.13' },
      },
      services: [{ port: 80, protocol: 'tcp', route: 'connection', nodes: ['beta', 'gamma'] }],
    });
    const after = apply(before, adopt(before, before.topology, without));
    expect([1, 2, 3].map((port) => nodeOf(after, port, ACK))).toEqual([
      // A reset, back to the host.
      '198.51.100.9',
      '10.77.0.12',
      '10.77.0.13',
    ]);
    const down = apply(after, setNode(after, 0, 'down'));
    expect([2, 3].map((port) => nodeOf(down, port, ACK))).toEqual(['198.51.100.9', '10.77.0.13']);
  });

  it('A22: what was set by hand stays under a new file, unless the file changes just that', () => {
    const file = tables.topology;
    const entry = file.services.get(serviceKey(53, UDP));
    if (entry === undefined) throw new Error('no 53/udp');
    const set = apply(tables, [
      ...setNode(tables, 0, 'drain'),
      ...setService(apply(tables, setNode(tables, 0, 'drain')), {
        ...entry,
        route: { kind: 'node', node: 2 },
      }),
    ]);
    const again = apply(set, adopt(set, file, topology())).topology;
    expect(again.nodes.map(({ state }) => state)).toEqual(['drain', 'active', 'active']);
    expect(again.services.get(serviceKey(53, UDP))?.route).toEqual({ kind: 'node', node: 2 });
    const other = topology({
      nodes: {
        alpha: { number: 1, address: '10.77.0.11', state: 'down' },
        beta: { number: 2, address: '10.77.0.12' },
        gamma: { number: 3, address: '10.77.0.13' },
      },
      services: [{ port: 53, protocol: 'udp', route: 'node', node: 'alpha' }],
    });
    const changed = apply(set, adopt(set, file, other)).topology;
    expect(changed.nodes.map(({ state }) => state)).toEqual(['down', 'active', 'active']);
    expect(changed.services.get(serviceKey(53, UDP))?.route).toEqual({ kind: 'node', node: 0 });
  });
});

describe('the MTU of an interface that changes', () => {
  const long = (state: Tables) =>
    pass(state, CAMPUS, { ...message(5000, ACK), payload: new Uint8Array(1400) });
  const opened = open(tables, [5000]);
  const narrowed = apply(opened, setMtu(opened, INTERCONNECT, 1280));

  it('D2: a packet that does not fit any more is refused, and its host is told', () => {
    expect(long(opened).decision.verdict.kind).toBe('forward');
    expect(long(narrowed).decision.verdict).toMatchObject({ kind: 'answer' });
  });

  it('is no change where it is what it was, and ends as it began', () => {
    expect(setMtu(opened, INTERCONNECT, 1500)).toEqual([]);
    expect(setMtu(narrowed, CAMPUS, 1500)).toEqual([]);
    const widened = apply(narrowed, setMtu(narrowed, INTERCONNECT, 1500));
    expect(widened.topology).toEqual(opened.topology);
  });
});
