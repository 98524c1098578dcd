// Routing directions in the kernel (B10): the main table gets what is wanted, and keeps what is not ours. Ours
// are the routes that carry our protocol number, also those that an earlier life left behind.

import * as E from 'fp-ts/lib/Either.js';
import type { KernelRoute } from '../netlink/route.ts';
import { addRoute, readRoutes, removeRoute } from '../netlink/route.ts';

const keyOf = ({ subnet, router, link, metric, source }: KernelRoute): string =>
  [subnet.address, subnet.prefixLength, router, link, metric, source].join(' ');

const without = (
  routes: readonly KernelRoute[],
  others: readonly KernelRoute[],
): readonly KernelRoute[] => {
  const known = new Set(others.map(keyOf));
  return routes.filter((route) => !known.has(keyOf(route)));
};

const complaint = (done: E.Either<string, void>): readonly string[] =>
  E.isLeft(done) ? [done.left] : [];

/**
 * Makes the kernel's routes of `protocol` those of `wanted`, in the calling thread's namespace. Gives a
 * sentence for each that could not be added or removed; the others are as wanted.
 */
export const setRoutes = (wanted: readonly KernelRoute[], protocol: number): readonly string[] => {
  const present = readRoutes((number) => number === protocol);
  if (E.isLeft(present)) return [present.left];
  // What goes makes room first: a route to the same subnet with the same metric could not be added beside it.
  const removed = without(present.right, wanted).map((route) => removeRoute(route, protocol));
  const added = without(wanted, present.right).map((route) => addRoute(route, protocol));
  return [...removed, ...added].flatMap(complaint);
};
