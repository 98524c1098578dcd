// By which network a host is reached: `wayOut` of core/decision/topology.ts.

import { linkAt, linkCount } from './areas.ts';
import * as link from '../layout/link.ts';

/** Whether an address, as it stands in frames, is one of a link's. */
export function isOnLink(index: u32, address: u32): bool {
  const at = linkAt(index);
  return (address & load<u32>(at, link.NETMASK)) == load<u32>(at, link.PREFIX);
}

/** The network that a host is on, else the first that has a router; 0: there is no way. */
export function networkTo(host: u32): u32 {
  const count = linkCount();
  for (let index: u32 = link.FIRST_NETWORK; index < count; index++)
    if (isOnLink(index, host)) return index;
  for (let index: u32 = link.FIRST_NETWORK; index < count; index++)
    if (load<u32>(linkAt(index), link.ROUTER) != 0) return index;
  return 0;
}

/** The next hop to a host on the network that it is reached by. */
export function nextHopTo(network: u32, host: u32): u32 {
  return isOnLink(network, host) ? host : load<u32>(linkAt(network), link.ROUTER);
}
