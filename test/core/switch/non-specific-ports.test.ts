import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeOfPort, portsBarredTo, portsOf } from '../../../core/switch/non-specific-ports.ts';
import type { NonSpecificPorts } from '../../../core/decision/topology.ts';

const algorithm = fc.constantFrom('modulo' as const, 'ranges' as const);

/** Ranges of up to 400 ports, and no more nodes than ports. */
const cluster = fc
  .record({
    from: fc.integer({ min: 1, max: 65_000 }),
    size: fc.integer({ min: 1, max: 400 }),
    algorithm,
  })
  .chain(({ from, size, algorithm }) =>
    fc.record({
      ports: fc.constant<NonSpecificPorts>({
        from,
        to: Math.min(from + size - 1, 65_535),
        algorithm,
      }),
      nodes: fc.integer({ min: 1, max: Math.min(size, 65_536 - from, 40) }),
    }),
  );

const each = (runs: readonly { from: number; to: number }[]): readonly number[] =>
  runs.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at));

const indexes = (nodes: number) => Array.from({ length: nodes }, (_, index) => index);
const between = ({ from, to }: NonSpecificPorts) => each([{ from, to }]);

describe('non-specific ports', () => {
  it('A5: modulo gives a port to the node whose index is the number modulo the number of nodes', () => {
    const ports: NonSpecificPorts = { from: 32768, to: 60999, algorithm: 'modulo' };
    expect([32768, 32769, 32770, 60999].map((port) => nodeOfPort(ports, 3, port))).toEqual([
      2, 0, 1, 0,
    ]);
    expect([32767, 61000, 0, 80].map((port) => nodeOfPort(ports, 3, port))).toEqual([
      -1, -1, -1, -1,
    ]);
  });

  it('A5: ranges are consecutive, in the order of the nodes, and as even as can be', () => {
    const ports: NonSpecificPorts = { from: 100, to: 109, algorithm: 'ranges' };
    expect(indexes(3).map((index) => portsOf(ports, 3, index))).toEqual([
      [{ from: 100, to: 102 }],
      [{ from: 103, to: 105 }],
      [{ from: 106, to: 109 }],
    ]);
  });

  it('A5: every port of the range belongs to exactly one node, and none outside it does', () => {
    fc.assert(
      fc.property(cluster, ({ ports, nodes }) => {
        const owned = indexes(nodes).flatMap((index) => each(portsOf(ports, nodes, index)));
        expect([...owned].sort((a, b) => a - b)).toEqual(between(ports));
        expect(nodeOfPort(ports, nodes, ports.from - 1)).toBe(-1);
        expect(nodeOfPort(ports, nodes, ports.to + 1)).toBe(-1);
      }),
      { numRuns: 200 },
    );
  });

  it('A5: no node goes without, and with ranges their shares differ by one port at most', () => {
    fc.assert(
      fc.property(cluster, ({ ports, nodes }) => {
        const shares = indexes(nodes).map((index) => portsOf(ports, nodes, index));
        const sizes = shares.map((share) => each(share).length);
        expect(Math.min(...sizes)).toBeGreaterThan(0);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        if (ports.algorithm === 'ranges')
          expect(shares.every((share) => share.length === 1)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('A5: what is barred to a node is what is not its own, and what is taken', () => {
    fc.assert(
      fc.property(
        cluster,
        fc.integer({ min: 0, max: 39 }),
        fc.integer({ min: 0, max: 399 }),
        ({ ports, nodes }, turn, offset) => {
          const index = turn % nodes;
          const taken = new Set([ports.from + offset]);
          const barred = each(portsBarredTo(ports, nodes, index, ports, taken));
          const own = each(portsOf(ports, nodes, index)).filter((port) => !taken.has(port));
          expect([...barred, ...own].sort((a, b) => a - b)).toEqual(between(ports));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives nothing to a node that is not there', () => {
    const ports: NonSpecificPorts = { from: 100, to: 109, algorithm: 'modulo' };
    expect(portsOf(ports, 3, -1)).toEqual([]);
    expect(portsOf(ports, 3, 3)).toEqual([]);
    expect(nodeOfPort(ports, 0, 100)).toBe(-1);
  });
});
