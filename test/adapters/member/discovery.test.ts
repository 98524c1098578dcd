import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { discover } from '../../../adapters/member/discovery.ts';
import type { Link } from '../../../adapters/netlink/link.ts';
import { IFF_LOOPBACK, IFF_LOWER_UP, IFF_UP } from '../../../adapters/netlink/link.ts';
import type { KernelRoute } from '../../../adapters/netlink/route.ts';
import { decodeMember } from '../../../core/config/member.ts';
import { formatAddress, parseIpv4, parseIpv4Interface } from '../../../core/wire/address.ts';

const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
};
const address = (text: string) => right(parseIpv4(text));
const subnet = (text: string) => right(parseIpv4Interface(text));

const link = (index: number, name: string, own: readonly string[], more = {}): Link => ({
  ...{ index, name, hardware: 1, kind: null, mtu: 1500, flags: IFF_UP | IFF_LOWER_UP },
  addresses: own.map(subnet),
  ...more,
});

const links: readonly Link[] = [
  link(1, 'lo', ['127.0.0.1/8'], { hardware: 772, mtu: 65536, flags: IFF_UP | IFF_LOOPBACK }),
  link(2, 'eth0', ['10.1.0.11/24', '10.1.0.12/24'], { mtu: 9000 }),
  link(3, 'eth1', ['169.254.7.7/16', '10.2.0.11/16'], { flags: IFF_UP }),
  link(4, 'eth2', ['10.3.0.11/24'], { flags: 0 }),
  link(5, 'wg0', ['10.4.0.11/32'], { hardware: 65534, mtu: 1420 }),
  link(6, 'eth3', []),
];

const route = (to: string, router: string, by: number): KernelRoute => ({
  ...{ subnet: subnet(to), router: address(router), link: by, metric: 0, source: null },
});

const found = (adapters: unknown, routes: readonly KernelRoute[] = []) => {
  const file = { cluster: 'projects', name: 'alpha', keys: ['a.key'], adapters };
  const { adapters: own, missing } = discover(right(decodeMember(file)), links, routes);
  return { own, missing, shown: own.map((one) => [formatAddress(one.address), one.link]) };
};

describe('the own adapters', () => {
  it('B2: found by themselves: one for each interface that is up and has an address', () => {
    const { own, shown } = found(null);
    expect(shown).toEqual([
      ['10.1.0.11', 2],
      ['10.2.0.11', 3],
      ['10.4.0.11', 5],
    ]);
    expect(own.map(({ adapter }) => [adapter.type, adapter.mtu, adapter.prefixLength])).toEqual([
      ['ethernet', 9000, 24],
      ['ethernet', 1500, 16],
      ['tunnel', 1420, 32],
    ]);
    expect(own[0]?.adapter).toMatchObject({ port: 7400, serviceClass: 'control', routers: [] });
  });

  it('B2: in the order of the file, by address or interface, up or down', () => {
    const { shown, missing } = found([
      { address: '10.3.0.11' },
      { interface: 'eth0' },
      { address: '10.1.0.12' },
      { interface: 'lo' },
    ]);
    expect(shown).toEqual([
      ['10.3.0.11', 4],
      ['10.1.0.11', 2],
      ['10.1.0.12', 2],
      ['127.0.0.1', 1],
    ]);
    expect(missing).toEqual([]);
  });

  it('what is listed and not there is told, and left out', () => {
    const { shown, missing } = found([
      { address: '192.0.2.99' },
      { interface: 'eth3' },
      { interface: 'eth7' },
      { interface: 'eth0' },
    ]);
    expect(shown).toEqual([['10.1.0.11', 2]]);
    expect(missing).toEqual([
      'no interface has the address 192.0.2.99',
      'the interface eth3 is not there, or has no IPv4 address',
      'the interface eth7 is not there, or has no IPv4 address',
    ]);
  });

  it('B4: what the file says of an adapter holds, but for an MTU that its interface has not', () => {
    const more = { type: 'wireless', class: 'bulk' };
    const { own } = found([
      { interface: 'eth0', mtu: 1400, ...more },
      { interface: 'eth1', mtu: 9000 },
    ]);
    expect(own[0]?.adapter).toMatchObject({ mtu: 1400, type: 'wireless', serviceClass: 'bulk' });
    expect(own[1]?.adapter.mtu).toBe(1500);
  });

  it('B10: routers are those of the file, else those of the kernel on the adapter’s subnet', () => {
    const routes = [
      route('0.0.0.0/0', '10.1.0.1', 2),
      route('10.9.0.0/16', '10.1.0.1', 2),
      route('10.8.0.0/16', '10.1.0.2', 2),
      route('10.7.0.0/16', '10.1.0.2', 2),
      // By another interface, and beyond the subnet.
      route('10.6.0.0/16', '10.1.0.3', 3),
      route('10.5.0.0/16', '10.77.0.1', 2),
    ];
    const serves = [{ address: '10.1.0.9', serves: ['10.99.1.2/16'] }];
    expect(found([{ interface: 'eth0' }], routes).own[0]?.adapter.routers).toEqual([
      { address: address('10.1.0.1'), serves: [] },
      { address: address('10.1.0.2'), serves: [subnet('10.8.0.0/16'), subnet('10.7.0.0/16')] },
    ]);
    expect(found([{ interface: 'eth0', routers: serves }], routes).own[0]?.adapter.routers).toEqual(
      [{ address: address('10.1.0.9'), serves: [subnet('10.99.0.0/16')] }],
    );
    expect(found([{ interface: 'eth0', routers: [] }], routes).own[0]?.adapter.routers).toEqual([]);
  });

  it('what the kernel knows of routers is taken as far as an entry has room', () => {
    const many = Array.from({ length: 9 }, (_, router) =>
      Array.from({ length: 20 }, (_, net) =>
        route(`10.${100 + router}.${net}.0/24`, `10.1.0.${100 + router}`, 2),
      ),
    ).flat();
    const { routers } = found(null, many).own[0]?.adapter ?? { routers: [] };
    expect(routers.map(({ serves }) => serves.length)).toEqual([8, 8, 8, 8]);
  });
});
