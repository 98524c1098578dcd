// Routes of the kernel's main table that carry a protocol number of their own: RTM_NEWROUTE and RTM_DELROUTE
// of rtnetlink(7). Whose route it is, is told by the number, as with routing daemons.

import * as E from 'fp-ts/lib/Either.js';
import type { Ipv4Address, Ipv4Interface } from '../../core/wire/address.ts';
import { formatIpv4, formatIpv4Interface, ipv4 } from '../../core/wire/address.ts';
import { put32, u32 } from '../../core/wire/bytes.ts';
import { ESRCH } from '../linux/errno.ts';
import { AF_INET } from '../linux/libc.ts';
import type { NetlinkMessage } from './message.ts';
import {
  NLM_F_CREATE,
  NLM_F_EXCL,
  attribute,
  attributesOf,
  numberAttribute,
  numberOf,
} from './message.ts';
import { change, dump } from './request.ts';

const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTM_GETROUTE = 26;

const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_PREFSRC = 7;
const RTA_TABLE = 15;

const RT_TABLE_MAIN = 254;
const RT_SCOPE_UNIVERSE = 0;
const RT_SCOPE_NOWHERE = 255;
const RTN_UNICAST = 1;

/** `struct rtmsg`: family, prefix lengths, type of service, table, protocol, scope and type in a byte each, flags. */
const ROUTE_LENGTH = 12;

export interface KernelRoute {
  /** Host bits are zero. */
  readonly subnet: Ipv4Interface;
  readonly router: Ipv4Address;
  /** The interface that the router is on, by its number. */
  readonly link: number;
  /** Which of several to the same subnet is taken: the lowest. */
  readonly metric: number;
  /** The source address of what says none itself; null: the kernel chooses. */
  readonly source: Ipv4Address | null;
}

const addressBytes = (address: Ipv4Address): Buffer => {
  const bytes = Buffer.alloc(4);
  put32(bytes, 0, address);
  return bytes;
};

const fixedPart = (prefixLength: number, protocol: number, scope: number): Buffer =>
  Buffer.from([
    ...[AF_INET, prefixLength, 0, 0, RT_TABLE_MAIN, protocol, scope, RTN_UNICAST],
    ...[0, 0, 0, 0],
  ]);

const partsOf = (route: KernelRoute, protocol: number, scope: number): readonly Buffer[] => [
  fixedPart(route.subnet.prefixLength, protocol, scope),
  attribute(RTA_DST, addressBytes(route.subnet.address)),
  attribute(RTA_GATEWAY, addressBytes(route.router)),
  numberAttribute(RTA_OIF, route.link),
  numberAttribute(RTA_PRIORITY, route.metric),
  ...(route.source === null ? [] : [attribute(RTA_PREFSRC, addressBytes(route.source))]),
];

/** `10.2.0.0/24 via 10.1.0.1`, as people and `ip` write it. */
export const formatRoute = ({ subnet, router }: KernelRoute): string =>
  `${formatIpv4Interface(subnet)} via ${formatIpv4(router)}`;

/** Adds the route. Fails where somebody has one to the same subnet with the same metric. */
export const addRoute = (route: KernelRoute, protocol: number): E.Either<string, void> =>
  change(
    RTM_NEWROUTE,
    NLM_F_CREATE | NLM_F_EXCL,
    partsOf(route, protocol, RT_SCOPE_UNIVERSE),
    `cannot add the route to ${formatRoute(route)}`,
  );

/** Removes the route, if it is there and has this protocol number. */
export const removeRoute = (route: KernelRoute, protocol: number): E.Either<string, void> =>
  change(
    RTM_DELROUTE,
    0,
    partsOf(route, protocol, RT_SCOPE_NOWHERE),
    `cannot remove the route to ${formatRoute(route)}`,
    [ESRCH],
  );

interface Found {
  readonly protocol: number;
  readonly route: KernelRoute;
}

/** A route of the main table by a single router. */
const routeOf = ({ body }: NetlinkMessage): readonly Found[] => {
  const attributes = attributesOf(body, ROUTE_LENGTH);
  const router = attributes.get(RTA_GATEWAY);
  const subnet = attributes.get(RTA_DST);
  const source = attributes.get(RTA_PREFSRC);
  const [, prefixLength = 0, , , table = 0, protocol = 0] = body;
  const inMain = (numberOf(attributes, RTA_TABLE) ?? table) === RT_TABLE_MAIN;
  if (!inMain || router?.length !== 4) return [];
  const route = {
    subnet: { address: subnet?.length === 4 ? ipv4(u32(subnet, 0)) : ipv4(0), prefixLength },
    router: ipv4(u32(router, 0)),
    link: numberOf(attributes, RTA_OIF) ?? 0,
    metric: numberOf(attributes, RTA_PRIORITY) ?? 0,
    source: source?.length === 4 ? ipv4(u32(source, 0)) : null,
  };
  return [{ protocol, route }];
};

/**
 * The routes by routers of the main table, in the calling thread's namespace, whose protocol number is
 * `accepted`.
 */
export const readRoutes = (
  accepted: (protocol: number) => boolean,
): E.Either<string, readonly KernelRoute[]> => {
  const asked = Buffer.alloc(ROUTE_LENGTH);
  asked[0] = AF_INET;
  return E.map((messages: readonly NetlinkMessage[]) =>
    messages
      .filter(({ type }) => type === RTM_NEWROUTE)
      .flatMap(routeOf)
      .filter(({ protocol }) => accepted(protocol))
      .map(({ route }) => route),
  )(dump(RTM_GETROUTE, asked, 'cannot list the routes'));
};
