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

const after = (table: ConnectionTable, [adds, one]: readonly [boolean, Connection]) =>
  adds ? table.with(one) : table.without(one);

const outsideOf = (table: ConnectionTable, c: Connection) =>
  table.outside(c.protocol, c.hostAddress, c.hostPort, c.clusterAddress, c.clusterPort);
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

describe('the cluster connection table', () => {
  it.each([
    ['persistent', persistent],
    ['in place', inPlace],
  ] as const)(
    'A19 D8: both look-ups hold the same connections, of either family: %s',
    (_, made) => {
      fc.assert(
        fc.property(fc.array(change, { maxLength: 60, size: 'max' }), (changes) => {
          const table = changes.reduce(after, keyedTable(made));
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
        const put = changes.reduce(after, keyedTable(persistent)).with(last);
        expect(outsideOf(put, last)).toBe(last);
        expect(outsideOf(put.without(last), last)).toBeUndefined();
      }),
    );
  });
});
