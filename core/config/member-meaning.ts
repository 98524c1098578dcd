// What must be true of the parts of a member file together.

import { MAX_ADAPTERS } from '../cluster/adapter.ts';
import { formatAddress } from '../wire/address.ts';
import type { MemberDraft } from './member-shape.ts';
import type { Problem } from './problem.ts';
import { problem } from './problem.ts';
import { repeats } from './repeats.ts';

/** Enough for any rotation: the old one, and the new one. */
const MOST_KEYS = 4;

export const keyProblems = ({ keys }: MemberDraft): readonly Problem[] => {
  const places = (keys ?? []).map((file, at) => ({ file, at }));
  return [
    ...repeats(places, ({ file }) => file).map(({ first, again }) =>
      problem(['keys', again.at], `keys[${first.at}] is this file already`),
    ),
    ...places
      .slice(MOST_KEYS)
      .map(({ at }) =>
        problem(['keys', at], `expected at most ${MOST_KEYS} keys: the one in use, and old ones`),
      ),
  ];
};

export const adapterProblems = ({ adapters }: MemberDraft): readonly Problem[] => {
  const all = (adapters ?? []).map((adapter, at) => ({ adapter, at }));
  const unclear = all.flatMap(({ adapter, at }) => {
    if (adapter === undefined) return [];
    const hasInterface = adapter.interface !== null && adapter.interface !== undefined;
    const hasAddress = adapter.address !== null && adapter.address !== undefined;
    if (hasInterface !== hasAddress) return [];
    const message = hasAddress
      ? 'the address says which interface it is: leave one of the two out'
      : 'an adapter needs its interface, for example interface: eth0, or its address';
    return [problem(['adapters', at], message)];
  });
  const addresses = all.flatMap(({ adapter, at }) =>
    typeof adapter?.address === 'number' ? [{ address: adapter.address, at }] : [],
  );
  const interfaces = all.flatMap(({ adapter, at }) =>
    typeof adapter?.interface === 'string' ? [{ name: adapter.interface, at }] : [],
  );
  return [
    ...unclear,
    ...repeats(addresses, ({ address }) => address).map(({ first, again }) =>
      problem(
        ['adapters', again.at, 'address'],
        `${formatAddress(again.address)} is already that of adapters[${first.at}]`,
      ),
    ),
    ...repeats(interfaces, ({ name }) => name).map(({ first, again }) =>
      problem(
        ['adapters', again.at, 'interface'],
        `${again.name} is already that of adapters[${first.at}]`,
      ),
    ),
    ...all
      .slice(MAX_ADAPTERS)
      .map(({ at }) =>
        problem(['adapters', at], `a computer has at most ${MAX_ADAPTERS} adapters`),
      ),
  ];
};

/** A router that is its own adapter leads nowhere. */
export const ownRouterProblems = ({ adapters }: MemberDraft): readonly Problem[] =>
  (adapters ?? []).flatMap((adapter, at) =>
    (adapter?.routers ?? []).flatMap((router, place) =>
      router?.address !== undefined && router.address === adapter?.address
        ? [
            problem(
              ['adapters', at, 'routers', place, 'address'],
              `${formatAddress(router.address)} is the adapter itself; a router is another computer`,
            ),
          ]
        : [],
    ),
  );

export const pinProblems = ({ name, members }: MemberDraft): readonly Problem[] => {
  const all = Object.entries(members ?? {});
  const missing =
    members !== null && members !== undefined && name !== undefined && !Object.hasOwn(members, name)
      ? [problem(['members'], `${name} itself is missing: the others would not let it in either`)]
      : [];
  return [
    ...missing,
    ...repeats(all, ([, id]) => id).map(({ first, again }) =>
      problem(['members', again[0]], `this is the fingerprint of ${first[0]} already`),
    ),
  ];
};
