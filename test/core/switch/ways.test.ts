// What is remembered of the cluster addresses that were asked (A13): little, for a while, and not for others.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elapse } from '../../../core/simulate/simulate.ts';
import { formatIpv4, ipv4 as ipv4Address } from '../../../core/wire/address.ts';
import { CAMPUS, HOST, UDP, address, seen, tablesOf, topology } from './laboratory.ts';
import {
  LAB,
  BETA,
  campus,
  lab,
  changes,
  LAB_HOST,
  FAR,
  CLUSTERS,
  withNeighbours,
  tables,
  asker,
  router,
  ask,
  answer,
} from './networks-laboratory.ts';

describe('what is remembered of addresses that were asked', () => {
  const second = asker(FAR, LAB, LAB, [LAB, router(LAB)]);
  const dns = { protocol: UDP, destinationPort: 53 };

  it('A13: is nothing where the answer shows the right address anyway', () => {
    const first = asker(FAR, CAMPUS, CAMPUS, [CAMPUS, router(CAMPUS)]);
    expect(ask(tables, first, dns).tables.ways.size).toBe(0);
    const remembered = ask(tables, second, dns).tables;
    expect(remembered.ways.size).toBe(1);
    // The host goes over to the other address, with the same port.
    const moved = ask(remembered, first, dns);
    expect(moved.tables.ways.size).toBe(0);
    expect(seen(answer(moved.tables, first, BETA, 53, UDP))).toMatchObject([
      { source: '198.51.100.1', egress: CAMPUS },
    ]);
    const alone = tablesOf(topology(changes));
    expect(ask(alone, first, dns).tables.ways.size).toBe(0);
  });

  it('A13: is forgotten when the exchange is idle, and kept while it goes on', () => {
    let state = ask(tables, second, dns, 0).tables;
    state = ask(state, second, dns, 200_000).tables;
    state = elapse(state, 400_000).tables;
    expect(seen(answer(state, second, BETA, 53, UDP, 400_000))).toMatchObject([
      { source: '203.0.113.1' },
    ]);
    expect(seen(answer(state, second, BETA, 53, UDP, 500_000))).toMatchObject([
      { source: '198.51.100.1' },
    ]);
    expect(elapse(state, 500_000).tables.ways.size).toBe(0);
  });

  it('A13: is written once a second at most', () => {
    const state = ask(tables, second, dns, 1000).tables;
    expect(ask(state, second, dns, 1999).decision.changes).toEqual([]);
    expect(ask(state, second, dns, 2000).decision.changes.map(({ kind }) => kind)).toEqual([
      'way-gone',
      'way',
    ]);
  });

  it('A13: is bounded; the longest idle goes first', () => {
    const small = topology({ ...changes, networks: { campus, lab }, limits: { connections: 8 } });
    const askers_ = fc.array(fc.tuple(fc.nat({ max: 30 }), fc.integer({ min: 0, max: 3000 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(askers_, (all) => {
        let state = withNeighbours(tablesOf(small));
        let now = 0;
        for (const [host, wait] of all) {
          now += wait;
          state = ask(state, { ...second, host: ipv4Address(FAR + host) }, dns, now).tables;
          const times = [...state.ways.values()].map(({ lastSeen }) => lastSeen);
          expect(times.length).toBeLessThanOrEqual(8);
          expect(state.ways.size).toBe(times.length);
          expect(times).toEqual([...times].sort((a, b) => a - b));
          const last = [...state.ways.values()].find((way) => way.hostAddress === FAR + host);
          expect(now - (last?.lastSeen ?? -Infinity)).toBeLessThan(1000);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('A13: no other host, and no other port, moves the answers of an exchange', () => {
    const others = fc.record({
      host: fc.constantFrom(FAR, HOST, LAB_HOST, address('192.0.2.78')),
      asked: fc.constantFrom(CAMPUS, LAB),
      by: fc.constantFrom(CAMPUS, LAB),
      sourcePort: fc.constantFrom(5000, 5001),
      destinationPort: fc.constantFrom(53, 123, 40_001),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(CAMPUS, LAB),
        fc.array(others, { maxLength: 20 }),
        (asked, all) => {
          const who = asker(FAR, asked, asked, [asked, router(asked)]);
          let state = ask(tables, who, dns).tables;
          for (const { host, sourcePort, destinationPort, ...one } of all) {
            const isSame = host === FAR && sourcePort === 5000 && destinationPort === 53;
            if (isSame) continue;
            const message = { protocol: UDP, sourcePort, destinationPort };
            state = ask(state, { ...one, host, back: who.back }, message).tables;
          }
          expect(seen(answer(state, who, BETA, 53, UDP))).toMatchObject([
            { egress: asked, source: formatIpv4(CLUSTERS.get(asked) ?? HOST) },
          ]);
        },
      ),
    );
  });

  it('A13: a question forged in the name of a host misleads until the host asks again, no longer', () => {
    const first = asker(FAR, CAMPUS, CAMPUS, [CAMPUS, router(CAMPUS)]);
    const asked = ask(tables, first, dns).tables;
    const forged = ask(asked, second, dns).tables;
    const again = ask(forged, first, dns, 1).tables;
    expect(seen(answer(again, first, BETA, 53, UDP, 1))).toMatchObject([
      { source: '198.51.100.1', egress: CAMPUS },
    ]);
  });
});
