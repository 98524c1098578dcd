// Routing directions: for each subnet of others that is not at the own link, which router leads there (B10).

import type { Adapter, Router, Subnet } from './adapter.ts';
import type { Direction } from './effect.ts';
import { contains, formatSubnet, subnetOf } from './subnet.ts';
import type { Entry } from './table/entry.ts';

/** How far a router's words fit a subnet: the longest prefix that holds it; 0 for a router to everywhere. */
const fit = ({ serves }: Router, subnet: Subnet): number | null => {
  if (serves.length === 0) return 0;
  const fits = serves
    .filter((one) => one.prefixLength <= subnet.prefixLength && contains(one, subnet.address))
    .map(({ prefixLength }) => prefixLength + 1);
  return fits.length === 0 ? null : Math.max(...fits);
};

interface Candidate {
  readonly adapter: Adapter;
  readonly router: Router;
  readonly answers: boolean;
  readonly fit: number;
}

/** The best router of each adapter that is not on the subnet and has one for it, the best of all first. */
const candidatesFor = (
  own: readonly Adapter[],
  subnet: Subnet,
  answers: (adapter: Adapter, subnet: Subnet) => boolean,
): readonly Candidate[] =>
  own
    .filter((adapter) => !contains(adapter, subnet.address))
    .flatMap((adapter) => {
      const routers = adapter.routers.flatMap((router): readonly Candidate[] => {
        const length = fit(router, subnet);
        if (length === null) return [];
        return [{ adapter, router, answers: answers(adapter, subnet), fit: length }];
      });
      return routers.sort((one, other) => other.fit - one.fit).slice(0, 1);
    })
    .sort((one, other) => Number(other.answers) - Number(one.answers) || other.fit - one.fit);

/**
 * The directions of a computer with these adapters: for each subnet one by each adapter that has a router for
 * it, as datagrams leave by the adapter whose address they bear: also for a subnet that another own adapter is
 * on. First comes the adapter by which computers there answer, then the router that names the subnet most
 * closely, then the preferred adapter. `answers` tells whether anybody in a subnet answers by an own adapter.
 */
export const directionsFor = (
  own: readonly Adapter[],
  others: readonly Entry[],
  answers: (adapter: Adapter, subnet: Subnet) => boolean,
): readonly Direction[] => {
  const subnets = new Map(
    others
      .flatMap(({ adapters }) => adapters.map(subnetOf))
      .map((subnet): [string, Subnet] => [formatSubnet(subnet), subnet]),
  );
  return [...subnets]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, destination]) =>
      candidatesFor(own, destination, answers).map(({ router, adapter }) => ({
        destination,
        router: router.address,
        adapter: adapter.address,
      })),
    );
};
