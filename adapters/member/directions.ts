// Routing directions as routes of the kernel (B10).

import type { Direction } from '../../core/cluster/effect.ts';
import type { KernelRoute } from '../netlink/route.ts';
import type { OwnAdapter } from './discovery.ts';

const keyOf = ({ destination }: Direction): string =>
  `${destination.address}/${destination.prefixLength}`;

/**
 * The routes: of several directions to the same subnet the first has the metric `metric`, the others count up
 * from it. Those of an adapter that is not there (any more), or not of IPv4, are left out.
 */
export const kernelRoutesOf = (
  directions: readonly Direction[],
  own: readonly OwnAdapter[],
  metric: number,
): readonly KernelRoute[] => {
  const before = new Map<string, number>();
  return directions.flatMap((direction) => {
    const { destination, router, adapter } = direction;
    const from = own.find(({ address }) => address === adapter);
    const { address, prefixLength } = destination;
    if (from === undefined || typeof address !== 'number' || typeof router !== 'number') return [];
    const place = before.get(keyOf(direction)) ?? 0;
    before.set(keyOf(direction), place + 1);
    const subnet = { address, prefixLength };
    return [{ subnet, router, link: from.link, metric: metric + place, source: null }];
  });
};
