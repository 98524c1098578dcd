// Which cluster address a message without an entry asked, where its answer would not show it by itself (A13).

import type { Address, Ipv4Address } from '../wire/address.ts';

/** A host's port speaks to a port of a cluster address that is not that of the host's nearest network. */
export interface Way {
  readonly protocol: number;
  readonly hostAddress: Address;
  readonly hostPort: number;
  readonly clusterAddress: Ipv4Address;
  readonly clusterPort: number;
  /** Milliseconds. */
  readonly lastSeen: number;
}

export const wayKey = (
  protocol: number,
  hostAddress: Address,
  hostPort: number,
  clusterPort: number,
): string => `${protocol} ${hostAddress} ${hostPort} ${clusterPort}`;

export const wayKeyOf = (way: Way): string =>
  wayKey(way.protocol, way.hostAddress, way.hostPort, way.clusterPort);
