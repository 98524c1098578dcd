import { describe, expect, it } from 'vitest';
import * as icmp from '../../../core/wire/icmp.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { FIRST_NETWORK, INTERCONNECT, LOCAL } from '../../../core/decision/topology.ts';
import type { Step } from '../../../core/simulate/simulate.ts';
import { step } from '../../../core/simulate/simulate.ts';
import { formatIpv4 } from '../../../core/wire/address.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  ICMP,
  INSIDE,
  NODES,
  UDP,
  address,
  packetOf,
  pass,
  right,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';

const SYN = 0x02;
const SYN_ACK = 0x12;
const ACK = 0x10;

const of = topology();
const tables = tablesOf(of);
const alpha = NODES[0] ?? HOST;
const beta = NODES[1] ?? HOST;
const gamma = NODES[2] ?? HOST;

const open = (port: number): Tables =>
  pass(tables, CAMPUS, {
    source: HOST,
    destination: CLUSTER,
    sourcePort: port,
    destinationPort: 81,
    flags: SYN,
  }).tables;

describe('outgoing messages (figure 6)', () => {
  it('A11: the source becomes the cluster address, and a changed port is changed back', () => {
    const answer = pass(open(5000), INTERCONNECT, {
      source: alpha,
      destination: HOST,
      sourcePort: 8081,
      destinationPort: 5000,
      flags: SYN_ACK,
    });
    expect(seen(answer)).toMatchObject([
      { egress: CAMPUS, source: '198.51.100.1', sourcePort: 81, destinationPort: 5000 },
    ]);
  });

  it('A11: what a node of an entry sends needs no connection', () => {
    const answer = pass(tables, INTERCONNECT, {
      source: gamma,
      destination: HOST,
      protocol: UDP,
      sourcePort: 1123,
      destinationPort: 5000,
    });
    expect(seen(answer)).toMatchObject([{ source: '198.51.100.1', sourcePort: 123 }]);
    expect(answer.decision.changes).toEqual([]);
  });

  it('A11 A13: a host that is not on the network is reached through its router', () => {
    const out = pass(tables, INTERCONNECT, {
      source: beta,
      destination: address('203.0.113.5'),
      protocol: UDP,
      sourcePort: 53,
      destinationPort: 5000,
    });
    expect(seen(out)).toMatchObject([{ mac: 0x020000000000 + address('198.51.100.254') }]);
  });

  it('A5 D4: a non-specific port of the node is kept, and its answers need no table', () => {
    const port = 32768 + ((3 - (32768 % 3)) % 3);
    const message = { source: alpha, destination: HOST, sourcePort: port, destinationPort: 443 };
    const out = pass(tables, INTERCONNECT, { ...message, flags: SYN });
    expect(out.decision.changes).toEqual([]);
    expect(seen(out)).toMatchObject([{ source: '198.51.100.1', sourcePort: port }]);
    const back = pass(tables, CAMPUS, {
      source: HOST,
      destination: CLUSTER,
      sourcePort: 443,
      destinationPort: port,
      flags: SYN_ACK,
    });
    expect(seen(back)).toMatchObject([{ destination: '10.77.0.11', destinationPort: port }]);
  });

  it('D4: other ports are kept when free, and moved when two nodes choose the same', () => {
    const message = { destination: HOST, sourcePort: 2000, destinationPort: 443, flags: SYN };
    const first = pass(tables, INTERCONNECT, { ...message, source: alpha });
    const second = pass(first.tables, INTERCONNECT, { ...message, source: beta });
    const [a] = seen(first);
    const [b] = seen(second);
    expect(a?.sourcePort).toBe(2000);
    expect(b?.sourcePort).not.toBe(2000);
    for (const [at, port] of [
      ['10.77.0.11', a?.sourcePort],
      ['10.77.0.12', b?.sourcePort],
    ] as const) {
      const back = pass(second.tables, CAMPUS, {
        source: HOST,
        destination: CLUSTER,
        sourcePort: 443,
        destinationPort: port ?? 0,
        flags: SYN_ACK,
      });
      expect(seen(back)).toMatchObject([{ destination: at, destinationPort: 2000 }]);
    }
  });

  it('D4: a reserved port that is moved stays reserved', () => {
    const message = { destination: HOST, sourcePort: 1022, destinationPort: 4000, flags: SYN };
    const first = pass(tables, INTERCONNECT, { ...message, source: alpha });
    const second = pass(first.tables, INTERCONNECT, { ...message, source: beta });
    const port = seen(second)[0]?.sourcePort ?? 0;
    expect(port).not.toBe(1022);
    expect(port).toBeGreaterThanOrEqual(512);
    expect(port).toBeLessThan(1024);
  });

  it('D4: mid-stream segments open nothing', () => {
    const { decision } = pass(tables, INTERCONNECT, {
      source: alpha,
      destination: HOST,
      sourcePort: 2000,
      flags: ACK,
    });
    expect(decision.verdict).toEqual({ kind: 'drop', reason: 'no-connection' });
  });

  it('A6 A11: answers of the gateway itself leave from the cluster address', () => {
    const local = topology({ local: { tun: 'oh-local' } });
    const packet = packetOf({
      source: INSIDE,
      destination: HOST,
      sourcePort: 22,
      destinationPort: 5000,
      flags: SYN_ACK,
    });
    const out = step(tablesOf(local), packet, LOCAL, 0);
    expect(seen(out)).toMatchObject([
      { egress: FIRST_NETWORK, source: '198.51.100.1', sourcePort: 22 },
    ]);
  });

  it('a connection that the gateway itself opens from a non-specific port finds its way back', () => {
    const local = topology({ local: { tun: 'oh-local' } });
    const ports = { sourcePort: 40000, destinationPort: 443 };
    const packet = packetOf({ source: INSIDE, destination: HOST, ...ports, flags: SYN });
    const out = step(tablesOf(local), packet, LOCAL, 0);
    const back = pass(out.tables, CAMPUS, {
      source: HOST,
      destination: CLUSTER,
      sourcePort: 443,
      destinationPort: seen(out)[0]?.sourcePort ?? 0,
      flags: SYN_ACK,
    });
    expect(back.decision.verdict).toMatchObject({ kind: 'deliver', forwarding: { egress: LOCAL } });
  });

  it('D4: an echo of a node comes back to it, whatever its identifier', () => {
    for (const identifier of [1, 80, 40_000, 65_535]) {
      const asked = pass(tables, INTERCONNECT, {
        source: beta,
        destination: HOST,
        protocol: ICMP,
        payload: icmp.encode({
          type: 8,
          code: 0,
          rest: identifier * 65536,
          payload: new Uint8Array(8),
        }),
      });
      const [out] = asked.outputs;
      const echo = right(icmp.decode(out?.frame ?? new Uint8Array(0), 34, 50));
      const back = pass(asked.tables, CAMPUS, {
        source: HOST,
        destination: CLUSTER,
        protocol: ICMP,
        payload: icmp.encode(icmp.echoReplyTo(echo)),
      });
      const frame = back.outputs[0]?.frame ?? new Uint8Array(0);
      expect([...frame.subarray(30, 34)]).toEqual([10, 77, 0, 12]);
      expect(right(icmp.decode(frame, 34, 50)).rest).toBe(identifier * 65536);
    }
  });

  it('D4: two nodes that choose the same identifier are told apart', () => {
    const request = (source: typeof alpha) => ({
      source,
      destination: HOST,
      protocol: ICMP,
      payload: icmp.encode({ type: 8, code: 0, rest: 7 * 65536, payload: new Uint8Array(8) }),
    });
    const first = pass(tables, INTERCONNECT, request(alpha));
    const second = pass(first.tables, INTERCONNECT, request(beta));
    const identifiers = [first, second].map(
      ({ outputs }) =>
        right(icmp.decode(outputs[0]?.frame ?? new Uint8Array(0), 34, 50)).rest >>> 16,
    );
    expect(identifiers[0]).toBe(7);
    expect(identifiers[1]).not.toBe(7);
  });

  describe('a full table', () => {
    const small = topology({ limits: { connections: 2, neighbours: 64 } });
    const send = (state: Tables, sourcePort: number, flags: number, now = 0) =>
      pass(state, CAMPUS, { source: HOST, destination: CLUSTER, sourcePort, flags }, now);
    const answer = (state: Tables, one: Step, now = 0) => {
      const [at] = seen(one);
      const source = NODES.find((node) => formatIpv4(node) === at?.destination) ?? alpha;
      const ports = { sourcePort: 80, destinationPort: at?.sourcePort ?? 0 };
      return pass(state, INTERCONNECT, { source, destination: HOST, ...ports, flags: 0x12 }, now);
    };
    const establish = (state: Tables, port: number, now = 0): Tables => {
      const syn = send(state, port, SYN, now);
      return send(answer(syn.tables, syn, now).tables, port, ACK, now).tables;
    };
    const full = [1, 2].reduce((state, port) => establish(state, port), tablesOf(small));
    const refused = { kind: 'drop', reason: 'connection-table-full' };

    it('D5: refuses new connections, counts them, and keeps the established', () => {
      const third = send(full, 3, SYN);
      expect(third.decision.verdict).toEqual(refused);
      const out = { source: alpha, destination: HOST, sourcePort: 2000, flags: SYN };
      expect(pass(full, INTERCONNECT, out).decision.verdict).toEqual(refused);
      expect([1, 2].map((port) => send(full, port, ACK).decision.verdict.kind)).toEqual([
        'forward',
        'forward',
      ]);
    });

    it('D5: half-open connections leave first, longest idle first; established ones never', () => {
      const one = establish(tablesOf(small), 1);
      // A flood: each SYN puts out the one before, and never the connection that is established.
      const flooded = [10, 11, 12, 13].reduce(
        (state, port, turn) => send(state, port, SYN, turn).tables,
        one,
      );
      expect(
        [1, 10, 11, 12, 13].map((port) => send(flooded, port, ACK, 9).decision.verdict.kind),
      ).toEqual(['forward', 'drop', 'drop', 'drop', 'forward']);
      expect(flooded.connections.size).toBe(2);
      expect(flooded.connections.oldestFleeting()?.hostPort).toBe(13);
    });

    it('D5: a SYN takes the place of its own connection that is over, in a full table too', () => {
      const fin = [
        ['host', 0x11],
        ['node', 0x11],
      ] as const;
      const ended = fin.reduce((state, [side, flags]) => {
        const host = { source: HOST, destination: CLUSTER, sourcePort: 1, flags };
        const node = {
          source: alpha,
          destination: HOST,
          sourcePort: 80,
          destinationPort: 1,
          flags,
        };
        return side === 'host'
          ? pass(state, CAMPUS, host).tables
          : pass(state, INTERCONNECT, node).tables;
      }, full);
      expect(send(ended, 1, SYN).decision.verdict.kind).toBe('forward');
    });
  });

  it('D4: a node cannot take the port of a connection of the gateway itself', () => {
    const local = topology({ local: { tun: 'oh-local' } });
    const ports = { sourcePort: 2000, destinationPort: 443 };
    const packet = packetOf({ source: INSIDE, destination: HOST, ...ports, flags: SYN });
    const own = step(tablesOf(local), packet, LOCAL, 0);
    const message = { source: alpha, destination: HOST, ...ports, flags: SYN };
    const other = pass(own.tables, INTERCONNECT, message);
    expect(seen(own)[0]?.sourcePort).toBe(2000);
    expect(seen(other)[0]?.sourcePort).not.toBe(2000);
  });

  it('only nodes send to the outside', () => {
    const { decision } = pass(tables, INTERCONNECT, {
      source: address('10.77.0.99'),
      destination: HOST,
    });
    expect(decision.verdict).toEqual({ kind: 'drop', reason: 'source-unknown' });
  });

  it('a node that addresses its own cluster is refused, and hears so', () => {
    const { decision, outputs } = pass(tables, INTERCONNECT, {
      source: alpha,
      destination: CLUSTER,
      flags: SYN,
    });
    expect(decision.verdict).toEqual({ kind: 'answer', reason: 'hairpin-unhandled' });
    expect(outputs[0]?.egress).toBe(INTERCONNECT);
  });

  it('nodes send nothing to addresses that no host has', () => {
    for (const [to, reason] of [
      ['127.0.0.1', 'destination-martian'],
      ['240.0.0.1', 'destination-martian'],
      ['198.51.100.255', 'broadcast'],
      ['224.0.0.1', 'broadcast'],
    ] as const) {
      const message = { source: alpha, destination: address(to), sourcePort: 2000, flags: SYN };
      const { decision } = pass(tables, INTERCONNECT, message);
      expect(decision.verdict).toEqual({ kind: 'drop', reason });
    }
    const from = { source: address('198.51.100.255'), destination: CLUSTER, flags: SYN };
    expect(pass(tables, CAMPUS, from).decision.verdict).toEqual({
      kind: 'drop',
      reason: 'source-martian',
    });
  });

  it('messages between nodes are no concern of the gateway', () => {
    const { decision } = pass(tables, INTERCONNECT, { source: alpha, destination: beta });
    expect(decision.verdict).toEqual({ kind: 'drop', reason: 'internal' });
  });

  it('a source of the cluster is not believed from outside', () => {
    for (const source of [CLUSTER, alpha, INSIDE]) {
      const { decision } = pass(tables, CAMPUS, { source, destination: CLUSTER, flags: SYN });
      expect(decision.verdict).toEqual({ kind: 'drop', reason: 'source-inside' });
    }
  });
});

describe('frame level (box 640)', () => {
  const manager = address('198.51.100.200');
  const managed = tablesOf(of, [HOST, manager]);
  const message = { source: manager, destination: beta, sourcePort: 900, destinationPort: 22 };

  it('A12: a management host reaches a node by its own address, one hop further', () => {
    const there = pass(managed, CAMPUS, { ...message, flags: SYN, ttl: 9 });
    expect(seen(there)).toMatchObject([
      { egress: INTERCONNECT, source: '198.51.100.200', destination: '10.77.0.12', ttl: 8 },
    ]);
    const back = pass(there.tables, INTERCONNECT, {
      source: beta,
      destination: manager,
      sourcePort: 22,
      destinationPort: 900,
      flags: SYN_ACK,
    });
    expect(seen(back)).toMatchObject([{ egress: CAMPUS, source: '10.77.0.12', sourcePort: 22 }]);
  });

  it('A12: others are refused', () => {
    const { decision } = pass(tables, CAMPUS, { ...message, source: HOST, flags: SYN });
    expect(decision.verdict).toEqual({ kind: 'drop', reason: 'management-refused' });
  });

  it('A12: the time to live ends here with a time exceeded', () => {
    const { decision } = pass(managed, CAMPUS, { ...message, flags: SYN, ttl: 1 });
    expect(decision.verdict).toEqual({ kind: 'answer', reason: 'ttl-exceeded' });
    expect(decision.changes.map(({ kind }) => kind)).toEqual(['error-budget']);
  });
});
