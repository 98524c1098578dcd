// The data plane's loop, over a carrier that does as it is told.

import { describe, expect, it } from 'vitest';
import type { Carrier } from '../../../adapters/gateway/carrier.ts';
import { makeDeviceGateway } from '../../../adapters/gateway/device-gateway.ts';
import { memoryLink } from '../../../adapters/memory/link.ts';
import { runDataPlane } from '../../../adapters/plane/data-plane.ts';
import { makeDeviceTable } from '../../../adapters/plane/device-table.ts';
import type { Opened } from '../../../adapters/opened.ts';
import { NO_OFFLOADS } from '../../../adapters/opened.ts';
import type { Order, Report } from '../../../adapters/plane/message.ts';
import type { Connection } from '../../../core/decision/connection/connection.ts';
import { CAMPUS, CLUSTER, HOST, NODES, UDP, topology } from '../../core/switch/laboratory.ts';

const of = topology();
const [ALPHA = HOST] = NODES;

const connection = (hostPort: number): Connection => ({
  protocol: UDP,
  openedBy: 'host',
  hostAddress: HOST,
  hostPort,
  clusterAddress: CLUSTER,
  clusterPort: 7,
  node: 0,
  nodeAddress: ALPHA,
  nodePort: 7,
  phase: 'one-way',
  proof: 0,
  closedBy: null,
  openedAt: 0,
  lastSeen: 0,
});

/** Runs it for orders that come one a turn; `turns`: how many frames each turn handles, then none. */
const run = (orders: readonly Order[], connections = 0, turns: readonly number[] = []) => {
  const devices = of.links.map((link) =>
    link === null ? null : memoryLink(link.name, link.framing, link.mtu),
  );
  const gateway = makeDeviceGateway(of, devices, () => 0);
  gateway.change(
    Array.from({ length: connections }, (_, index) => ({
      kind: 'connection' as const,
      connection: connection(1024 + index),
    })),
  );
  const waiting = [...orders];
  const handled = [...turns];
  const reports: Report[] = [];
  const waits: number[] = [];
  let turnsTaken = 0;
  let now = 0;
  let lost = [{ link: CAMPUS, errno: 77 }];
  const carrier: Carrier = {
    way: 'a test',
    hasOffloads: () => false,
    spare: () => -1,
    send: () => undefined,
    turn: () => {
      turnsTaken++;
      return handled.shift() ?? 0;
    },
    wait: (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
    wasRung: () => waiting.length > 0,
    hasLosses: () => false,
    losses: () => {
      const told = lost;
      lost = [];
      return told;
    },
    attach: () => undefined,
    close: () => undefined,
  };
  const table = makeDeviceTable(of, [], 'a test');
  runDataPlane({
    worker: 0,
    hearPeers: () => undefined,
    gateway,
    carrier,
    devices: table,
    topology: of,
    nextOrder: () => waiting.shift(),
    report: (report) => reports.push(report),
    isEnding: () => turnsTaken > 10_000,
    clock: () => now,
  });
  return { gateway, reports, waits, turnsTaken, table };
};

const ask = (number: number, what: string): Order => ({
  kind: 'ask',
  number,
  request: { command: 'show', what },
});

describe('the data plane', () => {
  it('tells a long table in slices, between which frames are handled, and all of it', () => {
    const { reports, turnsTaken } = run([ask(7, 'connections')], 1000);
    const slices = reports.filter((report) => report.kind === 'rows');
    const [answer] = reports.filter((report) => report.kind === 'answer');
    expect(slices.map(({ number, rows }) => [number, rows.length])).toEqual([
      [7, 256],
      [7, 256],
      [7, 256],
    ]);
    expect(answer).toMatchObject({ number: 7, answer: { kind: 'rows' } });
    expect(answer?.answer.kind === 'rows' ? answer.answer.rows.length : 0).toBe(1000 - 3 * 256);
    expect(turnsTaken).toBeGreaterThan(3);
  });

  it('tells how many connections nodes have at once, however many there are', () => {
    const { reports } = run([ask(7, 'nodes')], 4000);
    const [answer, ...more] = reports.filter(({ kind }) => kind === 'answer' || kind === 'rows');
    expect(more).toEqual([]);
    expect(answer).toMatchObject({
      answer: { rows: [{ connections: 4000 }, { connections: 0 }, { connections: 0 }] },
    });
  });

  it('does not sleep while frames come, and no longer than until the next tick', () => {
    const { waits } = run([], 0, [1, 1, 1]);
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(250);
    expect(Math.min(...waits)).toBeGreaterThan(0);
  });

  it('tells of a loss which of the link’s devices it was, not the one that comes next', () => {
    const device: Opened = {
      name: 'another',
      kind: 'tap',
      framing: 'ethernet',
      descriptors: [],
      mtu: 1500,
      offloads: NO_OFFLOADS,
    };
    const { reports, table } = run([{ kind: 'attach', link: CAMPUS, device, nth: 1 }]);
    expect(reports.filter(({ kind }) => kind === 'lost')).toMatchObject([{ link: CAMPUS, nth: 0 }]);
    const row = table.rows().find(({ link }) => link === 'campus');
    expect(row).toMatchObject({ device: 'another', state: 'up' });
  });

  it('stops when it is told to, and answers what was asked before', () => {
    const { reports, turnsTaken } = run([ask(1, 'nodes'), ask(2, 'nobody'), { kind: 'stop' }]);
    expect(turnsTaken).toBeLessThan(3);
    expect(reports).toContainEqual({
      kind: 'answer',
      number: 2,
      answer: { kind: 'error', message: expect.stringContaining('nobody') as string },
    });
  });

  it('D2: an interface that carries less narrows its link, beyond a reload; one that carries more does not widen it', () => {
    const device = (mtu: number): Order => ({ kind: 'device', link: CAMPUS, state: 'up', mtu });
    const mtuAfter = (...orders: readonly Order[]) =>
      run(orders).gateway.tables.topology.links[CAMPUS]?.mtu;
    const reload: Order = { kind: 'adopt', number: 3, topology: of };
    expect(mtuAfter(device(1280))).toBe(1280);
    expect(mtuAfter(device(1280), reload)).toBe(1280);
    expect(mtuAfter(device(1280), device(9000))).toBe(1500);
    expect(mtuAfter(device(1280), { kind: 'device', link: CAMPUS, state: 'gone', mtu: 0 })).toBe(
      1280,
    );
  });

  it('a device that is lost is reported, and shown as gone', () => {
    const { reports, table } = run([]);
    expect(reports).toContainEqual({
      kind: 'lost',
      link: CAMPUS,
      reason: expect.any(String) as string,
      nth: 0,
    });
    expect(table.rows()).toContainEqual(expect.objectContaining({ link: 'campus', state: 'gone' }));
  });
});
