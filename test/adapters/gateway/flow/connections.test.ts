// The table in the kernels' memory is the table of dictionaries, and both are the slow and obvious one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  flowConnectionsIn,
  makeFlowConnections,
} from '../../../../adapters/gateway/flow/connections.ts';
import type { FlowConnections } from '../../../../adapters/gateway/flow/connections.ts';
import type { FlowMemory } from '../../../../adapters/gateway/flow/memory.ts';
import { flowMemory, flowMemoryEnd, growTo } from '../../../../adapters/gateway/flow/memory.ts';
import type { Kernels } from '../../../../adapters/gateway/kernels.ts';
import { loadKernels } from '../../../../adapters/gateway/kernels.ts';
import type { Connection, Phase } from '../../../../core/decision/connection/connection.ts';
import {
  insideKeyOf,
  isFleeting,
  outsideKeyOf,
} from '../../../../core/decision/connection/connection.ts';
import { keyedTable } from '../../../../core/decision/connection/keyed-table.ts';
import { isDone, isExpired } from '../../../../core/decision/connection/phase.ts';
import type { ConnectionTable } from '../../../../core/decision/connection/table.ts';
import { inPlace } from '../../../../core/decision/dictionary.ts';
import { GATEWAY } from '../../../../core/decision/topology.ts';
import type { Address, Ipv6Address } from '../../../../core/wire/address.ts';
import { ipv4 } from '../../../../core/wire/address.ts';
import { NO_PORT } from '../../../../core/wire/rewrite.ts';

const KEY = { low: 0x01234567, high: 0x89abcdef };
const TIMEOUTS = { tcpTransitory: 240, tcpEstablished: 7440, udp: 300, icmp: 60 };
const PHASES: readonly Phase[] = [
  ...(['opening', 'answered', 'established', 'half-closed'] as const),
  ...(['closing', 'reset', 'one-way', 'two-way'] as const),
];

/** What connections are made of: few of each, so that they meet. */
interface Parts {
  readonly protocols: readonly number[];
  readonly hosts: readonly Address[];
  readonly clusters: readonly Address[];
  readonly nodes: readonly Address[];
  readonly ports: readonly number[];
}

const numbered = (count: number, of: (n: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, n) => of(n));

const ANY: Parts = {
  protocols: [1, 6, 17],
  hosts: numbered(5, (n) => 0xfb007100 + n).map(ipv4),
  clusters: [0xc6336401, 0xffffffff].map(ipv4),
  nodes: [0x0a4d000b, 0x0a4d000c, 0].map(ipv4),
  ports: [0, 80, 0x5000, 65535],
};
const BOTH_FAMILIES: Parts = {
  protocols: [6],
  hosts: [ipv4(0xcb007107), '2001:db8::9' as Ipv6Address],
  clusters: [ipv4(0xc6336401), '2001:db8::1' as Ipv6Address],
  nodes: [ipv4(0x0a4d000b), 'fd00::11' as Ipv6Address],
  ports: [1, 2],
};
/** In network order these are such small words that, with keys of 0, their hash has no high half. */
const ALL_ALIKE: Parts = {
  protocols: [6],
  hosts: numbered(40, (n) => (n + 1) << 24).map(ipv4),
  clusters: [0x03000000, 0x04000000].map(ipv4),
  nodes: [0x05000000, 0x07000000].map(ipv4),
  ports: [0, 0x100],
};

/** As the time-outs are of whole minutes, often just when one is over. */
const times = fc.nat({ max: 150 }).map((minutes) => minutes * 60);

const connections = (parts: Parts): fc.Arbitrary<Connection> =>
  fc
    .record({
      protocol: fc.constantFrom(...parts.protocols),
      openedBy: fc.constantFrom('host', 'node'),
      hostAddress: fc.constantFrom(...parts.hosts),
      hostPort: fc.constantFrom(...parts.ports),
      clusterAddress: fc.constantFrom(...parts.clusters),
      clusterPort: fc.constantFrom(...parts.ports),
      node: fc.constantFrom(GATEWAY, 0, 1, 0xfffe),
      nodeAddress: fc.constantFrom(...parts.nodes),
      nodePort: fc.constantFrom(...parts.ports),
      phase: fc.constantFrom(...PHASES),
      closedBy: fc.constantFrom(null, 'host', 'node'),
      openedAt: fc.nat({ max: 9 }),
      lastSeen: fc.oneof(times, fc.constantFrom(0.5, 2 ** 45)),
      proof: fc.constantFrom(1, 0x80000001, 0xffffffff),
    })
    .map((one) => ({
      ...one,
      proof: one.protocol === 6 && one.phase === 'answered' ? one.proof : 0,
    }));

const ESTABLISHED: Connection = {
  proof: 0,
  protocol: 6,
  openedBy: 'host',
  hostAddress: ipv4(0xcb007107),
  hostPort: 1024,
  clusterAddress: ipv4(0xc6336401),
  clusterPort: 80,
  node: 1,
  nodeAddress: ipv4(0x0a4d000c),
  nodePort: 80,
  phase: 'established',
  closedBy: null,
  openedAt: 0,
  lastSeen: 0,
};

type Step =
  | { readonly kind: 'with' | 'without' | 'again'; readonly connection: Connection }
  | { readonly kind: 'expire'; readonly now: number; readonly most: number }
  | { readonly kind: 'give way' };

const steps = (parts: Parts, maxLength: number): fc.Arbitrary<readonly Step[]> => {
  const changes = fc
    .tuple(
      fc.constantFrom('with', 'with', 'with', 'with', 'with', 'without', 'again'),
      connections(parts),
    )
    .map(([kind, connection]): Step => ({ kind, connection }));
  const expire = fc
    .tuple(times, fc.constantFrom(1, 7, 30))
    .map(([now, most]): Step => ({ kind: 'expire', now, most }));
  return fc.array(
    fc.oneof(
      { weight: 40, arbitrary: changes },
      { weight: 1, arbitrary: expire },
      { weight: 2, arbitrary: fc.constant<Step>({ kind: 'give way' }) },
    ),
    { maxLength, size: 'max' },
  );
};

/** A table at the end of the memory of kernels of its own; `changes` force what chance would not bring. */
const tableOf = (
  capacity: number,
  changes: Partial<FlowMemory> = {},
): { readonly table: FlowConnections; readonly kernels: Kernels; readonly memory: FlowMemory } => {
  const kernels = loadKernels();
  const measures = flowMemory(kernels, capacity, KEY, kernels.memory.buffer.byteLength);
  const memory = { ...measures, ...changes };
  growTo(kernels, flowMemoryEnd(kernels, memory));
  return { table: flowConnectionsIn(kernels, memory), kernels, memory };
};

const outsideOf = (table: ConnectionTable, c: Connection) =>
  table.outside(c.protocol, c.hostAddress, c.hostPort, c.clusterAddress, c.clusterPort);
const insideOf = (table: ConnectionTable, c: Connection) =>
  table.inside(c.protocol, c.nodeAddress, c.nodePort, c.hostAddress, c.hostPort);

/** The slow and obvious table: entries in the order of opening, and in that in which they were heard. */
class Slow {
  opened: readonly Connection[] = [];
  heard: readonly Connection[] = [];

  without(one: Connection): void {
    const others = (other: Connection) => outsideKeyOf(other) !== outsideKeyOf(one);
    this.opened = this.opened.filter(others);
    this.heard = this.heard.filter(others);
  }

  with(one: Connection): void {
    const clash = this.opened.find((other) => insideKeyOf(other) === insideKeyOf(one));
    if (clash !== undefined && outsideKeyOf(clash) !== outsideKeyOf(one)) this.without(clash);
    const at = this.opened.findIndex((other) => outsideKeyOf(other) === outsideKeyOf(one));
    const opened = at < 0 ? [...this.opened, one] : this.opened.with(at, one);
    const before = this.opened[at];
    const isMoved = before?.lastSeen === one.lastSeen && isFleeting(before) && isFleeting(one);
    const turn = this.heard.findIndex((other) => outsideKeyOf(other) === outsideKeyOf(one));
    const others = this.heard.filter((_, index) => index !== turn);
    this.opened = opened;
    // What was not heard, but only moved, keeps its turn.
    this.heard = isMoved ? this.heard.with(turn, one) : [...others, one];
  }

  oldestFleeting(): Connection | undefined {
    return this.heard.find(isFleeting);
  }

  load(like: Connection): number {
    return this.opened.filter(
      (one) =>
        one.openedBy === 'host' &&
        !isDone(one) &&
        one.node === like.node &&
        one.nodePort === like.nodePort &&
        one.protocol === like.protocol,
    ).length;
  }
}

const sorted = (some: Iterable<Connection>): readonly Connection[] =>
  [...some].sort((a, b) => (outsideKeyOf(a) < outsideKeyOf(b) ? -1 : 1));

/** The three tables, side by side. */
const together = (flows: FlowConnections) => {
  const slow = new Slow();
  let keyed = keyedTable(inPlace);

  const without = (one: Connection): void => {
    expect(flows.without(one)).toBe(flows);
    keyed = keyed.without(one);
    slow.without(one);
  };
  const put = (one: Connection): void => {
    expect(flows.with(one)).toBe(flows);
    keyed = keyed.with(one);
    slow.with(one);
  };
  const expire = (now: number, most: number): void => {
    const looked = flows.expired(now, TIMEOUTS, most);
    for (const one of looked) expect(isExpired(one, TIMEOUTS, now)).toBe(true);
    for (const one of looked) without(one);
  };
  const sameFor = (one: Connection): void => {
    expect(outsideOf(flows, one)).toEqual(outsideOf(keyed, one));
    expect(insideOf(flows, one)).toEqual(insideOf(keyed, one));
    expect(flows.load(one.node, one.nodePort, one.protocol)).toBe(slow.load(one));
    const isThere = (other: Connection): boolean => other.node === one.node;
    expect(flows.countOf(one.node)).toBe(slow.opened.filter(isThere).length);
    expect(flows.oldestFleeting()).toEqual(keyed.oldestFleeting());
    expect(flows.size).toBe(keyed.size);
  };
  return {
    slow,
    take: (step: Step): void => {
      if (step.kind === 'expire') return expire(step.now, step.most);
      if (step.kind === 'give way') {
        const oldest = flows.oldestFleeting();
        if (oldest !== undefined) without(oldest);
        return;
      }
      const { connection } = step;
      if (step.kind === 'with') put(connection);
      else if (step.kind === 'without') without(connection);
      else {
        // As a message of a known connection does.
        const known = outsideOf(flows, connection);
        const { phase, proof, closedBy, lastSeen } = connection;
        if (known !== undefined) put({ ...known, phase, proof, closedBy, lastSeen });
      }
      sameFor(connection);
    },
    expectSame: (): void => {
      expect([...flows.values()]).toEqual(slow.opened);
      expect([...keyed.values()]).toEqual(slow.opened);
      expect(flows.oldestFleeting()).toEqual(slow.oldestFleeting());
      for (const one of slow.opened) sameFor(one);
      for (const one of slow.opened) {
        expect(outsideOf(flows, one)).toEqual(one);
        expect(insideOf(flows, one)).toEqual(one);
      }
    },
  };
};

/** The words of both directions' tags, all 0 when nothing is entered. */
const lanesOf = (kernels: Kernels, { at, records, buckets }: FlowMemory): Uint32Array =>
  new Uint32Array(kernels.memory.buffer, at + (records + 1) * 64, buckets * 2 * 16);

describe('the cluster connection table in the memory of the kernels', () => {
  it.each<[string, Parts, number, Partial<FlowMemory>]>([
    ['with room', ANY, 400, {}],
    ['with so few buckets that entries move and overflow', ANY, 400, { buckets: 8 }],
    ['with two buckets', ANY, 400, { buckets: 2 }],
    ['with the same tag for all', ALL_ALIKE, 400, { buckets: 64, keys: [0n, 0n, 0n, 0n, 0n] }],
  ])(
    'A19 D5: holds what dictionaries hold, in the same orders: %s',
    (_, parts, capacity, changes) => {
      fc.assert(
        fc.property(steps(parts, 300), (all) => {
          const { table, kernels, memory } = tableOf(capacity, changes);
          const { slow, take, expectSame } = together(table);
          for (const step of all) take(step);
          expectSame();
          for (const one of slow.opened) table.without(one);
          expect(table.size).toBe(0);
          expect(table.oldestFleeting()).toBeUndefined();
          expect(lanesOf(kernels, memory).every((word) => word === 0)).toBe(true);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('D8: holds connections of either family, and of both', () => {
    fc.assert(
      fc.property(steps(BOTH_FAMILIES, 80), (all) => {
        const { table } = tableOf(100);
        const slow = new Slow();
        for (const step of all) {
          if (step.kind === 'expire') {
            const found = table.expired(step.now, TIMEOUTS, 100);
            expect(found.every((one) => isExpired(one, TIMEOUTS, step.now))).toBe(true);
            for (const one of found) slow.without(one);
            for (const one of found) table.without(one);
          } else if (step.kind === 'without') {
            table.without(step.connection);
            slow.without(step.connection);
          } else if (step.kind !== 'give way') {
            table.with(step.connection);
            slow.with(step.connection);
          }
        }
        expect(sorted(table.values())).toEqual(sorted(slow.opened));
        expect(table.size).toBe(slow.opened.length);
        const oldest = table.oldestFleeting();
        expect(oldest !== undefined && isFleeting(oldest)).toBe(slow.opened.some(isFleeting));
        for (const one of slow.opened) {
          expect(outsideOf(table, one)).toEqual(one);
          expect(insideOf(table, one)).toEqual(one);
          expect(table.load(one.node, one.nodePort, one.protocol)).toBe(slow.load(one));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('D5: a sweep in pieces finds every connection that was idle too long, and no other', () => {
    fc.assert(
      fc.property(
        fc.array(connections(ANY), { maxLength: 60, size: 'max' }),
        fc.array(fc.nat({ max: 59 }), { maxLength: 20 }),
        times,
        fc.constantFrom(1, 7, 16, 100, 1_000_000),
        (all, gone, now, most) => {
          const { table } = tableOf(60);
          for (const one of all) table.with(one);
          for (const n of gone) if (all[n] !== undefined) table.without(all[n]);
          const due = [...table.values()].filter((one) => isExpired(one, TIMEOUTS, now));
          // Every piece but the last of a round looks at as many records as it may.
          const found: Connection[] = [];
          const rounds = Math.ceil(60 / most);
          for (let n = 0; n < rounds; n++) {
            const some = table.expired(now, TIMEOUTS, most);
            expect(some.length).toBeLessThanOrEqual(most);
            found.push(...some);
          }
          const keys = new Set(found.map(outsideKeyOf));
          expect(keys).toEqual(new Set(due.map(outsideKeyOf)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('A21: a walk goes on as that of a Map does, whatever is changed meanwhile', () => {
    const one = fc.oneof(
      fc.constant('next' as const),
      fc.tuple(fc.constantFrom('with', 'without'), fc.nat({ max: 9 })),
    );
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60, size: 'max' }), (all) => {
        const { table } = tableOf(20);
        const map = new Map<string, Connection>();
        const walks = [table.values(), map.values()];
        for (const step of all) {
          if (step === 'next') {
            const [ours, theirs] = walks.map((walk) => walk.next());
            expect(ours).toEqual(theirs);
            continue;
          }
          const [change, port] = step;
          const connection = { ...ESTABLISHED, hostPort: port, nodePort: port };
          const key = outsideKeyOf(connection);
          if (change === 'with') {
            table.with(connection);
            map.set(key, connection);
          } else {
            table.without(connection);
            map.delete(key);
          }
        }
        const [ours = [], theirs = []] = walks.map((walk) => [...walk]);
        expect(ours).toEqual(theirs);
      }),
    );
  });

  it('a packet without ports belongs to no connection', () => {
    const { table } = tableOf(4);
    table.with({ ...ESTABLISHED, hostPort: 65535, clusterPort: 65535, nodePort: 65535 });
    const portless = { ...ESTABLISHED, hostPort: NO_PORT, clusterPort: NO_PORT, nodePort: NO_PORT };
    expect(outsideOf(table, portless)).toBeUndefined();
    expect(insideOf(table, portless)).toBeUndefined();
  });

  it('hops stay with the ends that they lead to, and go with them', () => {
    const { table, kernels, memory } = tableOf(4);
    const view = new DataView(kernels.memory.buffer);
    const hops = (): number => memory.at + table.recordOf(ESTABLISHED) * 64 + 22;
    const kept = (connection: Connection): boolean => {
      view.setUint32(hops(), 0x00070009);
      table.with(connection);
      const after = view.getUint32(hops());
      expect([0, 0x00070009]).toContain(after);
      return after !== 0;
    };
    table.with(ESTABLISHED);
    expect(view.getUint32(hops())).toBe(0);
    expect(kept({ ...ESTABLISHED, phase: 'closing', closedBy: 'node', lastSeen: 7 })).toBe(true);
    expect(kept({ ...ESTABLISHED, openedBy: 'node' })).toBe(true);
    expect(kept({ ...ESTABLISHED, node: 2 })).toBe(false);
    expect(kept({ ...ESTABLISHED, node: 2, nodePort: 81 })).toBe(false);
    expect(kept({ ...ESTABLISHED, nodeAddress: ipv4(9) })).toBe(false);
    // Nor does another connection come by them that gets the same record.
    view.setUint32(hops(), 0x00070009);
    table.without(ESTABLISHED);
    expect(table.recordOf(ESTABLISHED)).toBe(0);
    table.with(ESTABLISHED);
    expect(view.getUint32(hops())).toBe(0);
  });

  it('refuses more connections than it has records, and goes on', () => {
    const { table, memory } = tableOf(3);
    const numberedOne = (n: number) => ({ ...ESTABLISHED, hostPort: n, nodePort: n });
    for (let n = 0; n < memory.records; n++) table.with(numberedOne(n));
    expect(memory.records).toBeGreaterThan(3 + 1);
    expect(() => table.with(numberedOne(60_000))).toThrow(/are taken/);
    expect(table.size).toBe(memory.records);
    expect(outsideOf(table, numberedOne(60_000))).toBeUndefined();
    table.without(numberedOne(5)).with(numberedOne(60_000));
    expect([...table.values()].at(-1)).toEqual(numberedOne(60_000));
    // No record is lost on the way: emptied, it takes as many again.
    for (const one of [...table.values()]) table.without(one);
    for (let n = 0; n < memory.records; n++) table.with(numberedOne(n));
    expect(table.size).toBe(memory.records);
  });

  it('says what to do where the process cannot have the memory', () => {
    expect(() => growTo(loadKernels(), 2 ** 33)).toThrow(/8590 MB.*limits\.connections/);
  });

  it('D5: two million connections fit, at 96 to 128 bytes each', () => {
    const count = 2_000_000;
    const kernels = loadKernels();
    const before = kernels.memory.buffer.byteLength;
    const table = makeFlowConnections(kernels, count, KEY);
    const perFlow = (kernels.memory.buffer.byteLength - before) / count;
    expect(perFlow).toBeGreaterThanOrEqual(96);
    expect(perFlow).toBeLessThan(128);
    // Ports one after another, as hosts use them: the hash must not heap them up.
    const nth = (n: number): Connection => ({
      ...ESTABLISHED,
      hostAddress: ipv4(0xcb007100 + Math.floor(n / 50_000)),
      hostPort: 1024 + (n % 50_000),
      nodeAddress: ipv4(0x0a4d000b + (n % 3)),
      node: n % 3,
    });
    const start = performance.now();
    for (let n = 0; n < count; n++) table.with(nth(n));
    const filled = performance.now();
    let found = 0;
    for (let n = 0; n < count; n++)
      if (outsideOf(table, nth(n))?.node === n % 3 && insideOf(table, nth(n))?.node === n % 3)
        found++;
    const looked = performance.now();
    console.log(
      `${count} connections, ${perFlow.toFixed(1)} bytes each:`,
      `${Math.round(((filled - start) / count) * 1e6)} ns to insert one,`,
      `${Math.round(((looked - filled) / count) * 1e6)} ns to find it both ways`,
    );
    expect(table.size).toBe(count);
    expect(found).toBe(count);
    expect(outsideOf(table, nth(count))).toBeUndefined();
    for (let n = 0; n < count; n += 2) table.without(nth(n));
    expect(table.size).toBe(count / 2);
    expect([0, 1, 2, 3].map((n) => outsideOf(table, nth(n))?.hostPort)).toEqual([
      ...[undefined, 1025],
      ...[undefined, 1027],
    ]);
  }, 120_000);
});
