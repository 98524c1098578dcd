// What `onehost show` shows of a running member: plain values, the same for people and for --json. Times are in
// seconds, round trips in milliseconds.

import type { Subnet } from '../../core/cluster/adapter.ts';
import type { NodeId } from '../../core/cluster/identity.ts';
import type { View } from '../../core/cluster/view.ts';
import { formatAddress } from '../../core/wire/address.ts';
import type { Row } from '../control/views.ts';
import type { Unsent } from '../udp/network.ts';

/** What there is to show. `now` is the time of the view, milliseconds of the same clock as the times in it. */
export interface Shown {
  readonly view: View;
  readonly now: number;
  readonly unsent: Unsent;
}

type Show = (shown: Shown) => readonly Row[];

const formatSubnet = ({ address, prefixLength }: Subnet): string =>
  `${formatAddress(address)}/${prefixLength}`;

const nameOf = ({ nodes }: View, id: NodeId | null): string | null =>
  id === null ? null : (nodes.find((node) => node.id === id)?.name ?? id);

const statusOf = (reachable: boolean | null): string =>
  reachable === null ? 'untested' : reachable ? 'reachable' : 'unreachable';

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

/** A row for each adapter of each computer; a computer without one has a row all the same. */
const cdat: Show = ({ view, now }) =>
  view.nodes.flatMap(({ name, standing, version, gateway, id, adapters }): readonly Row[] => {
    const computer = { name, state: standing };
    const about = { version, gateway: gateway ? 'yes' : 'no', fingerprint: id };
    const none = {
      ...{ preference: null, address: null, port: null, mask: null, type: null, mtu: null },
      ...{ class: null, status: null, answered: null, roundTrip: null, pathMtu: null },
    };
    if (adapters.length === 0) return [{ ...computer, ...none, ...about }];
    return adapters.map(({ adapter, reachable, answeredAt, roundTripMs, pathMtu }, place) => ({
      ...computer,
      preference: place + 1,
      address: formatAddress(adapter.address),
      port: adapter.port,
      mask: adapter.prefixLength,
      type: adapter.type,
      mtu: adapter.mtu,
      class: adapter.serviceClass,
      status: standing === 'self' ? 'self' : statusOf(reachable),
      answered: answeredAt === null ? null : seconds(now - answeredAt),
      roundTrip: roundTripMs === null ? null : Math.round(roundTripMs * 100) / 100,
      pathMtu,
      ...about,
    }));
  });

const responsibilities: Show = ({ view }) =>
  view.responsibilities.map(({ network, gateway, next }) => ({
    network: formatSubnet(network),
    gateway: nameOf(view, gateway),
    next: nameOf(view, next),
  }));

const directions: Show = ({ view }) =>
  view.directions.map(({ destination, router, adapter }) => ({
    destination: formatSubnet(destination),
    router: formatAddress(router),
    adapter: formatAddress(adapter),
  }));

/** The digest of the table, the same on all that agree; what was not taken, by reason; and what did not leave. */
const traffic: Show = ({ view: { counters, digest }, unsent }) => [
  { name: 'table-digest', value: digest },
  ...Object.entries(counters)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => ({ name, value })),
  { name: 'unsent-buffer-full', value: unsent.full },
  { name: 'unsent-no-adapter', value: unsent.noSocket },
];

export const memberViews: Readonly<Record<string, Show>> = {
  cdat,
  responsibilities,
  directions,
  traffic,
};
