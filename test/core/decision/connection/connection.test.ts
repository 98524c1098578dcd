import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  Connection,
  ConnectionTable,
} from '../../../../core/decision/connection/connection.ts';
import {
  insideKeyOf,
  isFleeting,
  loadKey,
  outsideKeyOf,
  withConnection,
  withoutConnection,
} from '../../../../core/decision/connection/connection.ts';
import { opened } from '../../../../core/decision/connection/phase.ts';
import type { Dictionary } from '../../../../core/decision/dictionary.ts';
import { inPlace } from '../../../../core/decision/dictionary.ts';
import { persistent } from '../../../../core/decision/persistent.ts';
import type { Address, Ipv6Address } from '../../../../core/wire/address.ts';
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
      })
      .map((more) => ({
        ...opened({ ...ends, ...more, protocol: TCP, openedBy: 'host' }, 0),
        ...more,
      })),
  );

const change = fc.tuple(fc.boolean(), connection);

type Maker = <K extends string | number, V>() => Dictionary<K, V>;

const empty = (make: Maker): ConnectionTable => ({
  byOutside: make(),
  byInside: make(),
  fleeting: make(),
  loads: make(),
});

const after = (table: ConnectionTable, [adds, one]: readonly [boolean, Connection]) =>
  adds ? withConnection(table, one) : withoutConnection(table, one);

describe('the cluster connection table', () => {
  it.each([
    ['persistent', persistent],
    ['in place', inPlace],
  ] as const)(
    'A19 D8: both look-ups hold the same connections, of either family: %s',
    (_, make) => {
      fc.assert(
        fc.property(fc.array(change, { maxLength: 60, size: 'max' }), (changes) => {
          const table = changes.reduce(after, empty(make));
          expect(table.byInside.size).toBe(table.byOutside.size);
          const all = [...table.byOutside.values()];
          expect(new Set(table.fleeting.values())).toEqual(new Set(all.filter(isFleeting)));
          // How much work each node has, counted anew.
          const work = all.filter(({ phase }) => phase !== 'closing' && phase !== 'reset');
          const loads = new Map<number, number>();
          for (const one of work) loads.set(loadKey(one), (loads.get(loadKey(one)) ?? 0) + 1);
          expect(table.loads.size).toBe(loads.size);
          for (const [key, load] of loads) expect(table.loads.get(key)).toBe(load);
          for (const one of table.byOutside.values()) {
            expect(table.byOutside.get(outsideKeyOf(one))).toBe(one);
            expect(table.byInside.get(insideKeyOf(one))).toBe(one);
          }
        }),
      );
    },
  );

  it('A19: what was put in last is found, and what was taken out is not', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), connection, (changes, last) => {
        const before = changes.reduce(after, empty(persistent));
        const put = withConnection(before, last);
        expect(put.byOutside.get(outsideKeyOf(last))).toBe(last);
        expect(withoutConnection(put, last).byOutside.get(outsideKeyOf(last))).toBeUndefined();
      }),
    );
  });
});
