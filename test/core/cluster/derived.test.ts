// What follows from the table: which router leads where, and who is responsible for what (B9, B10).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preferred } from '../../../core/cluster/adapter.ts';
import type { Adapter, Subnet } from '../../../core/cluster/adapter.ts';
import { directionsFor } from '../../../core/cluster/directions.ts';
import type { NodeId } from '../../../core/cluster/identity.ts';
import { responsibilitiesOf } from '../../../core/cluster/responsibilities.ts';
import { formatSubnet } from '../../../core/cluster/subnet.ts';
import type { Entry } from '../../../core/cluster/table/entry.ts';
import { pathsTo } from '../../../core/cluster/reach/paths.ts';
import { formatAddress, ipv4 } from '../../../core/wire/address.ts';
import { fakePrimitives } from '../../simulator/fake-primitives.ts';
import { adapterAt } from './computers.ts';

const entryOf = (number: number, adapters: readonly Adapter[], gateway = true): Entry => ({
  ...{ id: String(number).padStart(32, '0') as NodeId, publicKey: new Uint8Array(32) },
  ...{ name: `n${number}`, version: 1, left: false, gateway, adapters },
  ...{ bytes: new Uint8Array(0), hash: '', check: 0 },
});

const subnet = (address: number, prefixLength = 24): Subnet => ({
  address: ipv4(address),
  prefixLength,
});

const text = (directions: ReturnType<typeof directionsFor>): readonly string[] =>
  directions.map(
    ({ destination, router, adapter }) =>
      `${formatSubnet(destination)} via ${formatAddress(router)} from ${formatAddress(adapter)}`,
  );

const NOBODY = (): boolean => false;

describe('routing directions', () => {
  const router = (address: number, ...serves: readonly Subnet[]) => ({
    address: ipv4(address),
    serves,
  });

  it('B10: each subnet of others goes to the router that serves it', () => {
    const own = [
      adapterAt(0x0a000101, { routers: [router(0x0a0001fe, subnet(0x0a000300))] }),
      adapterAt(0x0a000201, { routers: [router(0x0a0002fe, subnet(0x0a000400))] }),
    ];
    const others = [entryOf(2, [adapterAt(0x0a000302), adapterAt(0x0a000402)])];
    expect(text(directionsFor(own, others, NOBODY))).toEqual([
      '10.0.3.0/24 via 10.0.1.254 from 10.0.1.1',
      '10.0.4.0/24 via 10.0.2.254 from 10.0.2.1',
    ]);
  });

  it('B10: of several the one that answers came by is first, then the closest word, then preference', () => {
    const wide = router(0x0a0001fe);
    const close = router(0x0a0002fe, subnet(0x0a000000, 16));
    const own = [
      adapterAt(0x0a000101, { routers: [wide] }),
      adapterAt(0x0a000201, { routers: [close] }),
    ];
    const others = [entryOf(2, [adapterAt(0x0a000302)])];
    const byClose = '10.0.3.0/24 via 10.0.2.254 from 10.0.2.1';
    const byWide = '10.0.3.0/24 via 10.0.1.254 from 10.0.1.1';
    expect(text(directionsFor(own, others, NOBODY))).toEqual([byClose, byWide]);
    const answers = ({ address }: Adapter): boolean => address === ipv4(0x0a000101);
    expect(text(directionsFor(own, others, answers))).toEqual([byWide, byClose]);
  });

  it('B10: an adapter that is on a subnet itself needs no router to it', () => {
    const own = [adapterAt(0x0a000101, { routers: [router(0x0a0001fe)] })];
    expect(directionsFor(own, [entryOf(2, [adapterAt(0x0a000102)])], NOBODY)).toEqual([]);
  });
});

describe('responsibilities', () => {
  const p = fakePrimitives();
  const assigned = (entries: readonly Entry[], down: readonly NodeId[] = []) =>
    responsibilitiesOf(p, entries, (id) => !down.includes(id)).map(
      ({ network, gateway, next }) =>
        `${formatSubnet(network)} ${Number(gateway)} ${next === null ? '-' : Number(next)}`,
    );
  const one = entryOf(1, [adapterAt(0x0a000001), adapterAt(0x0a000101)]);
  const two = entryOf(2, [adapterAt(0x0a000102), adapterAt(0x0a000002)]);
  const low = entryOf(3, [adapterAt(0x0a000003, { serviceClass: 'bulk' })]);
  const mute = entryOf(4, [adapterAt(0x0a000004)], false);

  it('B9: class of service decides, then preference; who cannot be a gateway is none', () => {
    expect(assigned([one, two, low, mute])).toEqual(['10.0.0.0/24 1 2', '10.0.1.0/24 2 1']);
    expect(assigned([low, mute])).toEqual(['10.0.0.0/24 3 -']);
  });

  it('B9: when one is down the next takes over', () => {
    expect(assigned([one, two, low, mute], [one.id])).toEqual([
      '10.0.0.0/24 2 3',
      '10.0.1.0/24 2 -',
    ]);
  });

  it('B9: they do not depend on the order in which entries became known', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([one, two, low, mute], { minLength: 4, maxLength: 4 }),
        (entries) => {
          expect(assigned(entries)).toEqual(assigned([one, two, low, mute]));
        },
      ),
    );
  });
});

describe('pairs of adapters', () => {
  it('B2: those of the other’s primary come first, and of those the own on its subnet', () => {
    const own = [adapterAt(0x0a000001), adapterAt(0x0a000101)];
    const others = [adapterAt(0x0a000102), adapterAt(0x0a000002)];
    const pairs = pathsTo(own, others, []).map(
      ({ adapter, to, rank }) => `${rank} ${formatAddress(adapter)} ${formatAddress(to.address)}`,
    );
    expect(pairs).toEqual([
      '0 10.0.1.1 10.0.1.2',
      '1 10.0.0.1 10.0.1.2',
      '2 10.0.0.1 10.0.0.2',
      '3 10.0.1.1 10.0.0.2',
    ]);
  });

  it('B2: an adapter that is preferred becomes the primary, and the others stay in order', () => {
    const list = [1, 2, 3].map((at) => adapterAt(at));
    const order = preferred(list, ipv4(3), 0).map(({ address }) => address);
    expect(order).toEqual([3, 1, 2]);
    expect(preferred(list, ipv4(9), 0)).toBe(list);
  });
});
