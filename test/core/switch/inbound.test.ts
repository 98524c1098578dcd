import { describe, expect, it } from 'vitest';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  NODES,
  TCP,
  UDP,
  address,
  frameOf,
  macOf,
  pass,
  seen,
  tablesOf,
  topology,
} from './laboratory.ts';
import { step } from '../../../core/simulate/simulate.ts';

const SYN = 0x02;
const ACK = 0x10;

const of = topology();
const tables = tablesOf(of);
const toCluster = { source: HOST, destination: CLUSTER };
const nodeAt = (index: number) => NODES[index] ?? HOST;

describe('inbound messages (figure 5)', () => {
  it('A1: a message is inbound exactly when its destination is a cluster address', () => {
    const inbound = pass(tables, CAMPUS, { ...toCluster, flags: SYN });
    expect(inbound.decision.path).toBe('inbound-function');
    const past = pass(tables, CAMPUS, { ...toCluster, destination: address('198.51.100.2') });
    expect(past.decision.verdict).toEqual({ kind: 'drop', reason: 'not-addressed' });
  });

  it('A2: what is not of port type is handled as a host would', () => {
    const { decision } = pass(tables, CAMPUS, {
      ...toCluster,
      protocol: 47,
      payload: new Uint8Array(20),
    });
    expect(decision).toMatchObject({
      path: 'inbound-not-port-type',
      verdict: { kind: 'answer', reason: 'port-closed' },
    });
  });

  it('A3: the destination port is found behind IP options of any length', () => {
    for (let length = 0; length <= 40; length += 4) {
      const options = new Uint8Array(length).fill(1);
      const [out] = seen(
        pass(tables, CAMPUS, { ...toCluster, protocol: UDP, destinationPort: 53, options }),
      );
      expect(out).toMatchObject({ destination: '10.77.0.12', destinationPort: 53 });
    }
  });

  it('A4: port and protocol together name the entry', () => {
    const udp = pass(tables, CAMPUS, { ...toCluster, protocol: UDP, destinationPort: 53 });
    expect(udp.decision.path).toBe('inbound-node');
    const tcp = pass(tables, CAMPUS, { ...toCluster, protocol: TCP, destinationPort: 53 });
    expect(tcp.decision.path).toBe('inbound-unknown');
  });

  it('A5: the node of a non-specific port is computed from the number, the port unchanged', () => {
    for (const port of [32768, 32769, 32770, 50001, 60999]) {
      const [out] = seen(pass(tables, CAMPUS, { ...toCluster, destinationPort: port }));
      expect(out).toMatchObject({
        egress: INTERCONNECT,
        destination: ['10.77.0.11', '10.77.0.12', '10.77.0.13'][port % 3],
        destinationPort: port,
        mac: macOf(nodeAt(port % 3)),
      });
    }
  });

  it('A5: ranges cut the ports into one range for each node', () => {
    const ranges = topology({ nonSpecificPorts: { from: 40000, to: 40002, algorithm: 'ranges' } });
    const destinations = [40000, 40001, 40002].map(
      (port) =>
        seen(pass(tablesOf(ranges), CAMPUS, { ...toCluster, destinationPort: port }))[0]
          ?.destination,
    );
    expect(destinations).toEqual(['10.77.0.11', '10.77.0.12', '10.77.0.13']);
  });

  it('A6: an unknown port is processed by the gateway, at its internal address, port unchanged', () => {
    const local = topology({ local: { tun: 'oh-local' } });
    const frame = frameOf(local, CAMPUS, { ...toCluster, destinationPort: 22, flags: SYN });
    const { decision, outputs } = step(tablesOf(local), frame, CAMPUS, 0);
    expect(decision).toMatchObject({ path: 'inbound-unknown', verdict: { kind: 'deliver' } });
    const packet = outputs[0]?.frame ?? new Uint8Array(0);
    expect([...packet.subarray(16, 20)]).toEqual([10, 77, 0, 1]);
    expect([...packet.subarray(20, 24)]).toEqual([0x9c, 0x40, 0, 22]);
  });

  it('A7: an entry without routing function gives its node, port unchanged', () => {
    const [out] = seen(pass(tables, CAMPUS, { ...toCluster, protocol: UDP, destinationPort: 53 }));
    expect(out).toMatchObject({ destination: '10.77.0.12', destinationPort: 53 });
  });

  it('A8 A9: a routing function yields node and port, and checksums stay right', () => {
    const [out] = seen(pass(tables, CAMPUS, { ...toCluster, destinationPort: 81, flags: SYN }));
    expect(out).toMatchObject({ destination: '10.77.0.11', destinationPort: 8081 });
  });

  it('A10: a frame to the node on the interconnect, TTL untouched as within one host', () => {
    const [out] = seen(pass(tables, CAMPUS, { ...toCluster, flags: SYN, ttl: 1 }));
    expect(out).toMatchObject({ egress: INTERCONNECT, mac: macOf(nodeAt(0)), ttl: 1 });
  });

  it('A19: a message of no known connection is discarded', () => {
    const { decision } = pass(tables, CAMPUS, { ...toCluster, flags: ACK });
    expect(decision.verdict).toEqual({ kind: 'drop', reason: 'no-connection' });
    expect(decision.sends).toEqual([]);
  });

  it('A19: a forged reset and SYN do not take a connection from its node', () => {
    const RST = 0x04;
    const opened = pass(tables, CAMPUS, { ...toCluster, flags: SYN });
    const [, forged] = [RST, SYN].reduce<[typeof opened, typeof opened]>(
      ([, before], flags) => [before, pass(before.tables, CAMPUS, { ...toCluster, flags })],
      [opened, opened],
    );
    expect(seen(forged)).toMatchObject([{ destination: '10.77.0.11' }]);
    const next = pass(forged.tables, CAMPUS, { ...toCluster, flags: ACK });
    expect(seen(next)).toMatchObject([{ destination: '10.77.0.11' }]);
  });

  it('A19 A20: a SYN on a connection that both sides have ended is a new one', () => {
    const FIN_ACK = 0x11;
    const opened = pass(tables, CAMPUS, { ...toCluster, flags: SYN });
    const fromNode = (before: typeof opened, flags: number) =>
      pass(before.tables, INTERCONNECT, {
        source: nodeAt(0),
        destination: HOST,
        sourcePort: 80,
        destinationPort: 40000,
        flags,
      });
    const established = pass(fromNode(opened, 0x12).tables, CAMPUS, { ...toCluster, flags: ACK });
    const half = pass(established.tables, CAMPUS, { ...toCluster, flags: FIN_ACK });
    const again = pass(half.tables, CAMPUS, { ...toCluster, flags: SYN });
    expect(seen(again)).toMatchObject([{ destination: '10.77.0.11' }]);
    const ended = fromNode(half, FIN_ACK);
    const renewed = pass(ended.tables, CAMPUS, { ...toCluster, flags: SYN });
    expect(seen(renewed)).toMatchObject([{ destination: '10.77.0.12' }]);
  });

  it('A19 A20: connections go to nodes in turn, and stay where they are', () => {
    let state = tables;
    const nodes: string[] = [];
    for (let port = 1; port <= 6; port++) {
      const opened = pass(state, CAMPUS, { ...toCluster, sourcePort: port, flags: SYN });
      const next = pass(opened.tables, CAMPUS, { ...toCluster, sourcePort: port, flags: ACK }, 5);
      expect(seen(next)[0]?.destination).toBe(seen(opened)[0]?.destination);
      nodes.push(seen(opened)[0]?.destination ?? '');
      state = next.tables;
    }
    expect(nodes).toEqual([
      '10.77.0.11',
      '10.77.0.12',
      '10.77.0.13',
      '10.77.0.11',
      '10.77.0.12',
      '10.77.0.13',
    ]);
  });
});
