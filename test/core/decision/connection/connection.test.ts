import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../core/decision/connection/connection.ts';
import {
  insideKeyOf,
  isFleeting,
  outsideKeyOf,
} from '../../../../core/decision/connection/connection.ts';
import { keyedTable } from '../../../../core/decision/connection/keyed-table.ts';
import type { ConnectionTable } from '../../../../core/decision/connection/table.ts';
import { opened } from '../../../../core/decision/connection/phase.ts';
import { inPlace } from '../../../../core/decision/dictionary.ts';
import { outsideHash } from '../../../../core/decision/connection/ends-hash.ts';
import { persistentTable } from '../../../../core/decision/connection/persistent-table.ts';
import { NO_KEY } from '../../../../core/decision/keyed-hash.ts';
import type { Address, Ipv6Address } from '../../../../core/wire/address.ts';
import { ipv4 } from '../../../../core/wire/address.ts';
import { CLUSTER, HOST, NODES, TCP } from '../../switch/laboratory.ts';

// Few of each, so that keys meet; hosts and nodes of both families.
const hosts: readonly Address[] = [HOST, '2001:db8::9' as Ipv6Address];
const clusters: readonly Address[] = [CLUSTER, '2001:db8::1' as Ipv6Address];
const nodes: readonly Address[] = [...NODES.slice(0, 2), 'fd00::11' as Ipv6Address];

const connection: fc.Arbitrary<Connection> = fc
  .record({
    hostAddress: fc.constantFrom(...hosts),
    hostPort: fc.nat({ max: 1 }),
    clusterAddress: fc.constantFrom(...clusters),
    clusterPort: fc.nat({ max: 1 }),
    nodeAddress: fc.constantFrom(...nodes),
    nodePort: fc.nat({ max: 1 }),
  })
  .chain((ends) =>
    fc
      .record({
        node: fc.nat({ max: 1 }),
        phase: fc.constantFrom('opening', 'established', 'closing', 'reset'),
        lastSeen: fc.nat({ max: 2 }),
      })
      .map((more) => ({
        ...opened({ ...ends, ...more, protocol: TCP, openedBy: 'host' }, 0),
        ...more,
      })),
  );

const change = fc.tuple(fc.boolean(), connection);

const after = (table: ConnectionTable, [adds, one]: readonly [boolean, Connection]) =>
  adds ? table.with(one) : table.without(one);

const outsideOf = (table: ConnectionTable, c: Connection) =>
  table.outside(c.protocol, c.hostAddress, c.hostPort, c.clusterAddress, c.clusterPort);
/** All that a table tells: `ends` are those that it is asked for. */
const contentsOf = (table: ConnectionTable, ends: readonly Connection[]) => ({
  size: table.size,
  values: [...table.values()],
  oldestFleeting: table.oldestFleeting(),
  loads: ends.map((c) => table.load(c.node, c.nodePort, c.protocol)),
  outside: ends.map((c) => outsideOf(table, c)),
  inside: ends.map((c) => insideOf(table, c)),
});

const insideOf = (table: ConnectionTable, c: Connection) =>
  table.inside(c.protocol, c.nodeAddress, c.nodePort, c.hostAddress, c.hostPort);

/** The slow and obvious table: all entries, in the order in which they were opened. */
const modelOf = (changes: readonly (readonly [boolean, Connection])[]): readonly Connection[] =>
  changes.reduce<readonly Connection[]>((all, [adds, one]) => {
    const at = all.findIndex((other) => outsideKeyOf(other) === outsideKeyOf(one));
    if (!adds) return at < 0 ? all : all.toSpliced(at, 1);
    const put = at < 0 ? [...all, one] : all.with(at, one);
    return put.filter((other) => other === one || insideKeyOf(other) !== insideKeyOf(one));
  }, []);

/** The nth of many connections with a handshake that is not over. */
const numbered = (n: number): Connection =>
  opened(
    {
      protocol: TCP,
      openedBy: 'host',
      hostAddress: ipv4(HOST + Math.floor(n / 50_000)),
      hostPort: 1024 + (n % 50_000),
      clusterAddress: CLUSTER,
      clusterPort: 80,
      node: 0,
      nodeAddress: NODES[0] ?? CLUSTER,
      nodePort: 80,
    },
    0,
  );

const outsideHashOf = (c: Connection): number => outsideHash(NO_KEY, c);

/** Two of them whose ends have one hash as long as none keys it: among so many there are some. */
const meeting = (): readonly [Connection, Connection] => {
  const met = new Map<number, Connection>();
  for (let n = 0; n < 1_000_000; n++) {
    const one = numbered(n);
    const other = met.get(outsideHashOf(one));
    if (other !== undefined) return [other, one];
    met.set(outsideHashOf(one), one);
  }
  throw new Error('no two connections have one hash');
};

describe('the cluster connection table', () => {
  it.each([
    ['persistent', () => persistentTable()],
    ['in place', () => keyedTable(inPlace)],
  ] as const)(
    'A19 D8: both look-ups hold the same connections, of either family: %s',
    (_, made) => {
      fc.assert(
        fc.property(fc.array(change, { maxLength: 60, size: 'max' }), (changes) => {
          const table = changes.reduce(after, made());
          const model = modelOf(changes);
          expect([...table.values()]).toEqual(model);
          expect(table.size).toBe(model.length);
          const fleeting = table.oldestFleeting();
          expect(fleeting === undefined).toBe(!model.some(isFleeting));
          if (fleeting !== undefined) expect(isFleeting(fleeting)).toBe(true);
          for (const one of model) {
            expect(outsideOf(table, one)).toBe(one);
            expect(insideOf(table, one)).toBe(one);
            // How much work its node has, counted anew.
            const work = model.filter(
              ({ node, nodePort, phase }) =>
                node === one.node && nodePort === one.nodePort && !/closing|reset/.test(phase),
            );
            expect(table.load(one.node, one.nodePort, TCP)).toBe(work.length);
          }
        }),
      );
    },
  );

  it('A19: what was put in last is found, and what was taken out is not', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), connection, (changes, last) => {
        const put = changes.reduce(after, persistentTable()).with(last);
        expect(outsideOf(put, last)).toBe(last);
        expect(outsideOf(put.without(last), last)).toBeUndefined();
      }),
    );
  });

  it('D5: the persistent one tells what the one in place tells, its fleeting in the same order', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60, size: 'max' }), (changes) => {
        const ends = changes.map(([, one]) => one);
        let kept = persistentTable();
        let keyed = keyedTable(inPlace);
        for (const one of changes) {
          kept = after(kept, one);
          keyed = after(keyed, one);
          expect(contentsOf(kept, ends)).toEqual(contentsOf(keyed, ends));
        }
        // Down to the last: the order in which they leave a full table.
        for (let oldest = keyed.oldestFleeting(); oldest; oldest = keyed.oldestFleeting()) {
          expect(kept.oldestFleeting()).toBe(oldest);
          kept = kept.without(oldest);
          keyed = keyed.without(oldest);
        }
        expect(kept.oldestFleeting()).toBeUndefined();
      }),
    );
  });

  it('stays as it was, whatever is made of a persistent one', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), change, (changes, last) => {
        const before = changes.reduce(after, persistentTable());
        const ends = [...changes, last].map(([, one]) => one);
        const snapshot = contentsOf(before, ends);
        after(before, last);
        expect(contentsOf(before, ends)).toEqual(snapshot);
      }),
    );
  });

  it('has thousands of connections in the order in which they were opened', () => {
    const all = Array.from({ length: 3000 }, (_, n) => numbered(n));
    let table = all.reduce((grown, one) => grown.with(one), persistentTable());
    expect([...table.values()]).toEqual(all);
    for (const one of all.slice(0, 2990)) {
      expect(table.oldestFleeting()).toBe(one);
      table = table.without(one);
    }
    expect([...table.values()]).toEqual(all.slice(2990));
  });

  it('tells connections apart whose ends have one hash', () => {
    const [one, other] = meeting();
    expect(outsideHashOf(one)).toBe(outsideHashOf(other));
    const both = persistentTable().with(one).with(other);
    expect([outsideOf(both, one), outsideOf(both, other)]).toEqual([one, other]);
    const later = { ...other, phase: 'established' } as const;
    const after = both.with(later);
    expect([outsideOf(after, one), outsideOf(after, other)]).toEqual([one, later]);
    expect(outsideOf(after.without(one), one)).toBeUndefined();
    expect(outsideOf(after.without(one), other)).toBe(later);
    expect([...both.without(other).values()]).toEqual([one]);
  });
});
