// A member's own adapters: what its file lists, filled up with what the kernel says; all that have an address,
// where the file lists none (B2, B4).

import type { Adapter, AdapterType, Router } from '../../core/cluster/adapter.ts';
import { MAX_ADAPTERS } from '../../core/cluster/adapter.ts';
import type { MemberAdapterConfig, MemberConfig } from '../../core/config/member-shape.ts';
import type { Ipv4Address, Ipv4Interface } from '../../core/wire/address.ts';
import { formatAddress, ipv4, netmask, onLink } from '../../core/wire/address.ts';
import type { Link } from '../netlink/link.ts';
import { IFF_LOOPBACK, IFF_UP } from '../netlink/link.ts';
import type { KernelRoute } from '../netlink/route.ts';

/** An own adapter, and the number of the interface that has it. */
export interface OwnAdapter {
  readonly adapter: Adapter;
  readonly address: Ipv4Address;
  readonly link: number;
}

export interface Discovery {
  /** In order of preference. */
  readonly adapters: readonly OwnAdapter[];
  /** What is listed and not there, in a sentence each. */
  readonly missing: readonly string[];
}

/** ARPHRD_… of linux/if_arp.h; what is not here has no type of its own. */
const TYPES: Readonly<Record<number, AdapterType>> = {
  1: 'ethernet',
  32: 'infiniband',
  512: 'tunnel',
  768: 'tunnel',
  772: 'loopback',
  776: 'tunnel',
  778: 'tunnel',
  800: 'token-ring',
  801: 'wireless',
  802: 'wireless',
  803: 'wireless',
  65534: 'tunnel',
};

const subnetOf = ({ address, prefixLength }: Ipv4Interface): Ipv4Interface => ({
  address: ipv4(address & netmask(prefixLength)),
  prefixLength,
});

/** What is found by itself must fit into an entry of the table. */
const MOST_ROUTERS = 4;
const MOST_SUBNETS = 8;

/** The routers that the kernel's routes name on this adapter's subnet; one of a default route leads to all. */
const kernelRouters = (
  own: Ipv4Interface,
  link: Link,
  routes: readonly KernelRoute[],
): readonly Router[] => {
  const here = routes.filter((route) => route.link === link.index && onLink(own, route.router));
  const routers = [...new Set(here.map(({ router }) => router))].slice(0, MOST_ROUTERS);
  return routers.map((address) => {
    const subnets = here.filter(({ router }) => router === address).map(({ subnet }) => subnet);
    const toAll = subnets.some(({ prefixLength }) => prefixLength === 0);
    return { address, serves: toAll ? [] : subnets.slice(0, MOST_SUBNETS) };
  });
};

type Written = Pick<MemberAdapterConfig, 'routers' | 'type' | 'mtu' | 'class'>;
const NOTHING_WRITTEN: Written = { routers: null, type: null, mtu: null, class: 'control' };

const ownAdapter = (
  written: Written,
  own: Ipv4Interface,
  link: Link,
  routes: readonly KernelRoute[],
  port: number,
): OwnAdapter => ({
  address: own.address,
  link: link.index,
  adapter: {
    address: own.address,
    port,
    prefixLength: own.prefixLength,
    type: written.type ?? TYPES[link.hardware] ?? 'other',
    // More than the interface carries is never sent, whatever the file says.
    mtu: Math.min(written.mtu ?? link.mtu, link.mtu),
    serviceClass: written.class,
    routers:
      written.routers?.map(({ address, serves }) => ({ address, serves: serves.map(subnetOf) })) ??
      kernelRouters(own, link, routes),
  },
});

/** 169.254.0.0/16: of this link alone (RFC 3927). */
const isLinkLocal = (address: Ipv4Address): boolean => address >>> 16 === 0xa9fe;

const foundByItself = (links: readonly Link[]): readonly (readonly [Link, Ipv4Interface])[] =>
  links
    .filter(({ flags }) => (flags & IFF_UP) !== 0 && (flags & IFF_LOOPBACK) === 0)
    .flatMap((link): readonly (readonly [Link, Ipv4Interface])[] => {
      const own = link.addresses.find(({ address }) => !isLinkLocal(address));
      return own === undefined ? [] : [[link, own]];
    })
    .slice(0, MAX_ADAPTERS);

const listed = (
  links: readonly Link[],
  { interface: name, address }: MemberAdapterConfig,
): readonly [Link, Ipv4Interface] | string => {
  for (const link of links)
    for (const own of link.addresses)
      if (link.name === name || own.address === address) return [link, own];
  return name === null
    ? `no interface has the address ${address === null ? '' : formatAddress(address)}`
    : `the interface ${name} is not there, or has no IPv4 address`;
};

/** The own adapters, from the kernel's interfaces and its routes but those that are ours. */
export const discover = (
  config: Pick<MemberConfig, 'adapters' | 'port'>,
  links: readonly Link[],
  routes: readonly KernelRoute[],
): Discovery => {
  if (config.adapters === null)
    return {
      adapters: foundByItself(links).map(([link, own]) =>
        ownAdapter(NOTHING_WRITTEN, own, link, routes, config.port),
      ),
      missing: [],
    };
  const all = config.adapters.map((written) => ({ written, place: listed(links, written) }));
  return {
    adapters: all.flatMap(({ written, place }) =>
      typeof place === 'string'
        ? []
        : [ownAdapter(written, place[1], place[0], routes, config.port)],
    ),
    missing: all.flatMap(({ place }) => (typeof place === 'string' ? [place] : [])),
  };
};
