// By which network an answer leaves (A13): the one whose cluster address was asked.

import type { Address, Ipv4Address } from '../wire/address.ts';
import { onLink } from '../wire/address.ts';
import type { Arrival } from '../decision/arrival.ts';
import { LAST_SEEN_GRAIN } from '../decision/connection/phase.ts';
import type { Change, Tables } from '../decision/tables.ts';
import type { LinkSettings, Topology } from '../decision/topology.ts';
import { FIRST_NETWORK, networks, wayOut } from '../decision/topology.ts';
import type { Way } from '../decision/way.ts';
import { wayKey } from '../decision/way.ts';

/** A network, and the next hop on it. */
export interface WayOut {
  readonly network: LinkSettings;
  readonly nextHop: Ipv4Address;
}

/** The network whose management hosts this is one of (A12). */
const managedBy = (topology: Topology, host: Ipv4Address): LinkSettings | undefined =>
  networks(topology).find(({ management }) => management.some((prefix) => onLink(prefix, host)));

/**
 * The way to a host that knows the cluster by the address `cluster`, or a node by its own: straight where the
 * host is on a network, else by the router of that address's network, else by the default way. Null: there
 * is none.
 */
export const wayBack = (topology: Topology, cluster: Address, host: Ipv4Address): WayOut | null => {
  const nearest = wayOut(topology, host);
  if (nearest?.nextHop === host) return nearest;
  const link = topology.clusterAddresses.get(cluster);
  const network = link === undefined ? managedBy(topology, host) : topology.links[link];
  const router = network?.router ?? null;
  return network && router !== null ? { network, nextHop: router } : nearest;
};

/** Whether a host could know the cluster by another address than that of its nearest network. */
const hasChoice = ({ links }: Topology): boolean => links.length > FIRST_NETWORK + 1;

const isOver = ({ topology }: Tables, { lastSeen }: Way, now: number): boolean =>
  now - lastSeen >= topology.timeouts.udp;

/**
 * What is to be remembered of an inbound message that gets no entry of its own, so that its answer shows
 * the address that was asked: nothing, where it would anyway.
 */
export const wayChanges = ({ tables, packet, now }: Arrival): readonly Change[] => {
  const { topology, ways } = tables;
  if (!hasChoice(topology)) return [];
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  const known = ways.get(wayKey(protocol, source, sourcePort, destinationPort));
  const nearest = wayOut(topology, source)?.network.address.address;
  if (nearest === destination) return known === undefined ? [] : [{ kind: 'way-gone', way: known }];
  const isFresh = known?.clusterAddress === destination && now - known.lastSeen < LAST_SEEN_GRAIN;
  if (isFresh) return [];
  const way: Way = {
    protocol,
    hostAddress: source,
    hostPort: sourcePort,
    clusterAddress: destination,
    clusterPort: destinationPort,
    lastSeen: now,
  };
  const full = known === undefined && ways.size >= topology.limits.connections;
  const oldest = full ? ways.oldest() : undefined;
  // The one that was used last stands last.
  return [known, oldest]
    .flatMap((gone): readonly Change[] => (gone ? [{ kind: 'way-gone', way: gone }] : []))
    .concat({ kind: 'way', way });
};

/** The ways that were not used for too long: the first ones. */
export const waysOver = (tables: Tables, now: number): readonly Change[] => {
  const gone: Change[] = [];
  for (const way of tables.ways.values()) {
    if (!isOver(tables, way, now)) return gone;
    gone.push({ kind: 'way-gone', way });
  }
  return gone;
};

/** An exchange without an entry, as its host knows it. */
export interface Exchange {
  readonly protocol: number;
  readonly host: Ipv4Address;
  readonly hostPort: number;
  readonly clusterPort: number;
}

/** The cluster address that an answer without entry shows, and its way; null: there is none. */
export const wayOfAnswer = (
  tables: Tables,
  { protocol, host, hostPort, clusterPort }: Exchange,
  now: number,
): (WayOut & { readonly cluster: Ipv4Address }) | null => {
  const { topology, ways } = tables;
  const way = hasChoice(topology)
    ? ways.get(wayKey(protocol, host, hostPort, clusterPort))
    : undefined;
  if (way === undefined || isOver(tables, way, now)) {
    const nearest = wayOut(topology, host);
    return nearest && { ...nearest, cluster: nearest.network.address.address };
  }
  const back = wayBack(topology, way.clusterAddress, host);
  return back && { ...back, cluster: way.clusterAddress };
};
