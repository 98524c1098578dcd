// What a computer with a key of its own may say of itself: whatever it is, nobody falls over it (B1, B11).

import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { primitives } from '../../../adapters/member/primitives.ts';
import type { Adapter } from '../../../core/cluster/adapter.ts';
import { ADAPTER_TYPES, MAX_ADAPTERS, MIN_MTU } from '../../../core/cluster/adapter.ts';
import { SERVICE_CLASSES } from '../../../core/cluster/service-class.ts';
import { takeData } from '../../../core/cluster/stream/acknowledge.ts';
import { MAX_PARTS } from '../../../core/cluster/stream/incoming.ts';
import { DEFAULT_SETTINGS } from '../../../core/cluster/settings.ts';
import type { Statement } from '../../../core/cluster/table/entry.ts';
import { author, believe } from '../../../core/cluster/table/entry.ts';
import { takeEntry } from '../../../core/cluster/table/exchange.ts';
import { closeTurn, openTurn } from '../../../core/cluster/turn.ts';
import { nodeNamed } from '../../../core/cluster/view.ts';
import type { Address } from '../../../core/wire/address.ts';
import { ipv4 } from '../../../core/wire/address.ts';
import { ALPHA, BETA, PORT, Station, adapterAt, bytesOf, identityOf, met } from './computers.ts';

/** The bytes of what beta says of itself. */
const saidByBeta = (more: Partial<Statement>): Uint8Array => {
  const said = { name: 'beta', version: 99, left: false, gateway: true, adapters: [], ...more };
  const entry = author(primitives, identityOf('beta', 2), said);
  if (E.isLeft(entry)) throw new Error(entry.left);
  return Uint8Array.from(entry.right.bytes as Uint8Array);
};

const takes = (station: Station, bytes: Uint8Array): void => {
  const turn = openTurn(station.member, station.now);
  takeEntry(turn, bytes);
  station.member = closeTurn(turn);
};

const ADDRESSES = [ipv4(BETA), ipv4(BETA), ipv4(0), ipv4(0xffffffff), 'fd00::2', '::', ':.:'];
const address = fc.constantFrom(...ADDRESSES) as fc.Arbitrary<Address>;
const prefixLength = fc.nat({ max: 32 });
const subnet = fc.record({ address, prefixLength });
const adapter: fc.Arbitrary<Adapter> = fc.record({
  ...{ address, prefixLength, type: fc.constantFrom(...ADAPTER_TYPES) },
  port: fc.constantFrom(PORT, PORT, 0, 0xffff),
  mtu: fc.oneof(
    { weight: 1, arbitrary: fc.nat({ max: MIN_MTU }) },
    { weight: 9, arbitrary: fc.integer({ min: MIN_MTU, max: 0xffffffff }) },
  ),
  serviceClass: fc.constantFrom(...SERVICE_CLASSES),
  routers: fc.array(fc.record({ address, serves: fc.array(subnet, { maxLength: 2 }) }), {
    maxLength: 2,
  }),
});

describe('an entry of a stolen computer', () => {
  it('B1, B11: is refused where an adapter carries less than every host takes', () => {
    for (const [mtu, sound] of [
      [0, false],
      [73, false],
      [575, false],
      [576, true],
    ] as const) {
      const entry = believe(primitives, saidByBeta({ adapters: [adapterAt(BETA, { mtu })] }));
      expect(E.isRight(entry)).toBe(sound);
      if (E.isLeft(entry)) expect(entry.left).toBe('entry-unsound');
    }
  });

  it('B1, B11: makes no step of those who believe it throw, and no datagram without data', () => {
    const { alpha, beta } = met();
    const known = alpha.member;
    const adapters = fc.array(adapter, { minLength: 1, maxLength: MAX_ADAPTERS });
    fc.assert(
      fc.property(adapters, fc.boolean(), (said, gateway) => {
        const there = saidByBeta({ adapters: said, gateway });
        [alpha.member, alpha.now, alpha.effects] = [known, 1000, []];
        takes(alpha, there);
        const [to, message] = [beta.member.self.id, bytesOf(7, 3000)];
        alpha.take({ kind: 'send', to, reference: 1, message, serviceClass: 'standard' });
        const flights = alpha.member.peers.get(to)?.outgoing.flights ?? [];
        for (const flight of flights) expect(flight.to).toBeGreaterThan(flight.from);
        for (let now = 1100; now <= 3000; now += 100) alpha.wake(now);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the own adapters', () => {
  it('B2: are told with the least MTU where the file, or the kernel, says less', () => {
    const adapters = [adapterAt(ALPHA, { mtu: 300 })];
    const alpha = new Station({ identity: identityOf('alpha', 1), adapters });
    expect(alpha.member.own.adapters[0]?.mtu).toBe(MIN_MTU);
    expect(E.isRight(believe(primitives, alpha.member.own.bytes))).toBe(true);
    alpha.take({ kind: 'adapters', adapters: [adapterAt(ALPHA, { mtu: 68 })] });
    expect(alpha.member.adapters[0]?.mtu).toBe(MIN_MTU);
    expect(E.isRight(believe(primitives, alpha.member.own.bytes))).toBe(true);
  });
});

describe('a stream of a stolen computer', () => {
  it('B11: has a piece counted that is one too many, and not acknowledged', () => {
    const { alpha, beta } = met();
    const turn = openTurn(alpha.member, alpha.now);
    const from = beta.member.self.id;
    const said = { kind: 'data', epoch: 0, number: 0, bytes: bytesOf(7, 1) } as const;
    for (let at = 0; at <= MAX_PARTS; at += 1)
      takeData(turn, from, '', { ...said, offset: 2 * at + 1 });
    const after = closeTurn(turn);
    expect(after.counters).toEqual({ 'parts-exceeded': 1 });
    expect(after.peers.get(from)?.incoming.parts.at(-1)?.from).toBe(2 * MAX_PARTS - 1);
  });
});

describe('names in the table', () => {
  it('B7, B11: are forgotten when their computer has another, or has left', () => {
    const { alpha, beta } = met();
    const id = beta.member.self.id;
    for (let version = 10; version < 60; version += 1)
      takes(alpha, saidByBeta({ name: `beta-${version}`, version }));
    expect([...alpha.member.names]).toEqual([
      ['alpha', alpha.member.self.id],
      ['beta-59', id],
    ]);
    takes(alpha, saidByBeta({ name: 'beta-59', version: 60, left: true }));
    expect([...alpha.member.names.keys()]).toEqual(['alpha']);
  });

  it('B7: go on to another computer that has the same, and only then', () => {
    const { alpha, beta } = met();
    const said = { name: 'beta', version: 1, left: false, gateway: false, adapters: [] };
    const other = author(primitives, identityOf('beta', 5), said);
    if (E.isLeft(other)) throw new Error(other.left);
    takes(alpha, Uint8Array.from(other.right.bytes as Uint8Array));
    takes(alpha, saidByBeta({ name: 'beta', version: 10 }));
    expect(alpha.member.names.get('beta')).toBe(beta.member.self.id);
    takes(alpha, saidByBeta({ name: 'gamma', version: 11 }));
    expect(alpha.member.names.get('beta')).toBe(other.right.id);
    takes(alpha, saidByBeta({ name: 'beta', version: 12 }));
    expect(alpha.member.names.get('beta')).toBe(other.right.id);
    expect(alpha.member.names.has('gamma')).toBe(false);
    expect(nodeNamed(alpha.member, 'beta')).toBe(other.right.id);
  });

  it('B7, B11: and all else of a computer are forgotten some time after it has left', () => {
    const { alpha, beta } = met();
    const id = beta.member.self.id;
    expect(alpha.member.reported.has(id)).toBe(true);
    takes(alpha, saidByBeta({ left: true }));
    alpha.wake(alpha.now + DEFAULT_SETTINGS.tombstoneMs);
    const { names, reported, peers, buried, table } = alpha.member;
    for (const known of [reported, peers, buried, table.entries]) expect(known.has(id)).toBe(false);
    expect(names.size).toBe(1);
  });
});
