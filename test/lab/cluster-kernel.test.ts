// What cluster messaging has of Linux, each piece alone: interfaces and addresses, routes of its own, and what
// the path says of datagrams that are too long.

import { readFileSync, writeFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '../../adapters/netlink/link.ts';
import { IFF_LOOPBACK, IFF_LOWER_UP, IFF_UP, readLinks } from '../../adapters/netlink/link.ts';
import { GROUP_IPV4_ADDRESS, GROUP_LINK, watchChanges } from '../../adapters/netlink/request.ts';
import type { KernelRoute } from '../../adapters/netlink/route.ts';
import { readRoutes } from '../../adapters/netlink/route.ts';
import { setRoutes } from '../../adapters/routes/routes.ts';
import { makeReadiness } from '../../adapters/tap/readiness.ts';
import type { PathError } from '../../adapters/udp/error-queue.ts';
import { openSocket } from '../../adapters/udp/socket.ts';
import { formatIpv4Interface, parseIpv4, parseIpv4Interface } from '../../core/wire/address.ts';
import type { Host } from './host.ts';
import { makeHost } from './host.ts';
import { laboratory } from './network.ts';

const right = <A>(either: E.Either<string, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left);
  return either.right;
};
const address = (text: string) => right(parseIpv4(text));
const subnet = (text: string) => right(parseIpv4Interface(text));

const enableForwarding = (): void => writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');

/** Packets that an interface of the thread's namespace has sent: proc(5). */
const sentBy = (name: string): number => {
  const line = readFileSync('/proc/thread-self/net/dev', 'utf8')
    .split('\n')
    .find((one) => one.trim().startsWith(`${name}:`));
  return Number(line?.split(':')[1]?.trim().split(/\s+/)[9]);
};

const able = laboratory('the kernel for cluster messaging', 'ip');

describe.runIf(able)('a host between two routers', () => {
  let hosts: Host[] = [];
  let host: Host;
  let router: Host;

  /** 10.1.0.11 on eth0 and 10.2.0.11 on eth1; the router of both leads to 10.3.0.0/24 by a link of 1280 bytes. */
  beforeEach(() => {
    host = makeHost('host');
    router = makeHost('router');
    hosts = [host, router];
    host.ip(`link add eth0 mtu 9000 type veth peer name eth0 netns ${router.path}
link add eth1 mtu 1500 type veth peer name eth1 netns ${router.path}
addr add 10.1.0.11/24 dev eth0
addr add 10.2.0.11/24 dev eth1
link set eth0 up
link set eth1 up
`);
    router.ip(`link add eth2 type bridge
link set eth0 mtu 9000
link set eth2 mtu 1280
addr add 10.1.0.1/24 dev eth0
addr add 10.2.0.1/24 dev eth1
addr add 10.3.0.1/24 dev eth2
link set eth0 up
link set eth1 up
link set eth2 up
`);
  });
  afterEach(() => hosts.splice(0).forEach((one) => one.dispose()));

  const links = (): readonly Link[] => host.inside(() => right(readLinks()));
  const indexOf = (name: string): number => links().find((link) => link.name === name)?.index ?? 0;
  const direction = (to: string, via: string, name: string, metric: number): KernelRoute => ({
    ...{ subnet: subnet(to), router: address(via), link: indexOf(name), metric, source: null },
  });
  const shown = async (): Promise<readonly string[]> =>
    (await host.run('ip', 'route', 'show')).stdout
      .trim()
      .split('\n')
      .map((line) => line.trim());

  it('B4: tells its interfaces: address, mask, MTU, kind', () => {
    expect(
      links().map(({ name, hardware, kind, mtu, flags, addresses }) => ({
        ...{ name, hardware, kind, mtu, addresses: addresses.map(formatIpv4Interface) },
        flags: flags & (IFF_UP | IFF_LOOPBACK | IFF_LOWER_UP),
      })),
    ).toEqual([
      {
        ...{ name: 'lo', hardware: 772, kind: null, mtu: 65536, addresses: ['127.0.0.1/8'] },
        flags: IFF_UP | IFF_LOOPBACK | IFF_LOWER_UP,
      },
      {
        ...{ name: 'eth0', hardware: 1, kind: 'veth', mtu: 9000, addresses: ['10.1.0.11/24'] },
        flags: IFF_UP | IFF_LOWER_UP,
      },
      {
        ...{ name: 'eth1', hardware: 1, kind: 'veth', mtu: 1500, addresses: ['10.2.0.11/24'] },
        flags: IFF_UP | IFF_LOWER_UP,
      },
    ]);
  });

  it('hears when an address or a link changes', async () => {
    const changes = host.inside(() => right(watchChanges(GROUP_LINK | GROUP_IPV4_ADDRESS)));
    const readiness = makeReadiness([changes.descriptor], 'passing');
    expect(changes.drain()).toBe(false);
    for (const change of ['addr add 10.2.0.12/24 dev eth1', 'link set eth0 down']) {
      host.ip(`${change}\n`);
      expect(await readiness.wait(10_000)).toEqual([0]);
      expect(changes.drain()).toBe(true);
    }
    expect(await readiness.wait(1)).toEqual([]);
    readiness.close();
    changes.close();
  });

  it('B10: gets the directions that are wanted, and loses no route of anybody else', async () => {
    host.ip('route add 10.9.0.0/24 via 10.1.0.1 proto static\n');
    const before = await shown();
    const first = direction('10.3.0.0/24', '10.1.0.1', 'eth0', 100);
    const second = direction('10.3.0.0/24', '10.2.0.1', 'eth1', 101);
    const other = direction('10.4.0.0/16', '10.2.0.1', 'eth1', 100);
    const set = (...wanted: readonly KernelRoute[]): readonly string[] =>
      host.inside(() => setRoutes(wanted, 111));
    expect(set(first, second, other)).toEqual([]);
    expect(await shown()).toEqual(
      [
        ...before,
        '10.3.0.0/24 via 10.1.0.1 dev eth0 proto 111 metric 100',
        '10.3.0.0/24 via 10.2.0.1 dev eth1 proto 111 metric 101',
        '10.4.0.0/16 via 10.2.0.1 dev eth1 proto 111 metric 100',
      ].sort(),
    );
    // The two change places.
    const swapped = [
      { ...first, metric: 101 },
      { ...second, metric: 100 },
    ];
    expect(set(...swapped)).toEqual([]);
    expect(host.inside(() => right(readRoutes((number) => number === 111)))).toEqual([
      swapped[1],
      swapped[0],
    ]);
    expect(set()).toEqual([]);
    expect(await shown()).toEqual(before);
  });

  it('B10: says which direction it does not take, and takes the others', () => {
    const taken = direction('10.3.0.0/24', '10.1.0.1', 'eth0', 100);
    const beyond = direction('10.5.0.0/24', '10.77.0.1', 'eth0', 100);
    const said = host.inside(() => setRoutes([beyond, taken], 111));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('cannot add the route to 10.5.0.0/24 via 10.77.0.1: ENETUNREACH');
    expect(host.inside(() => right(readRoutes((number) => number === 111)))).toEqual([taken]);
  });

  it('B8: hears of a path that carries less than its first link, whatever the kernel remembers of it', async () => {
    router.inside(() => enableForwarding());
    host.ip('route add 10.3.0.0/24 via 10.1.0.1\n');
    const socket = host.inside(() =>
      right(openSocket({ address: address('10.1.0.11'), port: 7800, link: indexOf('eth0') })),
    );
    const to = { address: address('10.3.0.99'), port: 7800 };
    const readiness = makeReadiness([socket.descriptor], 'passing');
    // Twice: the kernel has learned the path's MTU by then, and the datagram goes out all the same.
    for (let turn = 0; turn < 2; turn++) {
      expect(socket.send(to, 0, new Uint8Array(8900))).toBe('sent');
      const heard: PathError[] = [];
      expect(await readiness.wait(10_000)).toEqual([0]);
      socket.errors((error) => heard.push(error));
      expect(heard).toEqual([{ kind: 'too-long', to, mtu: 1280 }]);
    }
    expect(socket.send(to, 0, new Uint8Array(8973))).toBe('too-long');
    const own: PathError[] = [];
    socket.errors((error) => own.push(error));
    expect(own).toEqual([{ kind: 'too-long', to, mtu: 9000 }]);
    readiness.close();
    socket.close();
  });

  it('B2: datagrams leave by the adapter of their source, wherever the routing table leads', () => {
    router.inside(() => enableForwarding());
    host.ip(
      'route add 10.3.0.0/24 via 10.1.0.1 metric 1\nroute add 10.3.0.0/24 via 10.2.0.1 metric 2\n',
    );
    const socket = host.inside(() =>
      right(openSocket({ address: address('10.2.0.11'), port: 7800, link: indexOf('eth1') })),
    );
    const sent = (): readonly number[] => host.inside(() => ['eth0', 'eth1'].map(sentBy));
    const before = sent();
    for (let number = 0; number < 10; number++)
      socket.send({ address: address('10.3.0.1'), port: 7800 }, 0, new Uint8Array(10));
    const [byFirst, bySecond] = sent().map((count, at) => count - (before[at] ?? 0));
    expect(bySecond).toBeGreaterThanOrEqual(10);
    expect(byFirst).toBeLessThan(10);
    socket.close();
  });
});
