// The way out of the gateway that the message switch has chosen for a packet (NODE_ADDR and NODE_PORT of
// figure 5, and what stands in the headers then).

import type { Ipv4Address } from '../wire/address.ts';
import type { Rewrite } from '../wire/rewrite.ts';
import type { LinkSettings } from '../decision/topology.ts';
import type { Followed } from '../decision/verdict.ts';

/** Where a packet goes from here: the link, the next hop on it, and what changes on the way. */
export interface Exit {
  readonly egress: LinkSettings;
  readonly nextHop: Ipv4Address;
  /** Null: the packet is left as it is (A14). */
  readonly rewrite: Rewrite | null;
  /** Null: not an entry of the cluster connection table says so. */
  readonly follows: Followed | null;
}
