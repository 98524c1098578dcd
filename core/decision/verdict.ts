// What `decide` says of a frame: a verdict, what is sent besides, and the table changes that follow.

import type { Ipv4Address } from '../wire/address.ts';
import type { Connection, Side } from './connection/connection.ts';
import type { Path } from './path.ts';
import type { Change } from './tables.ts';
import type { Reason } from './reason.ts';
import type { Forwarding, Send } from './send.ts';

/** The entry that alone said where a message goes, and who sent it: the next one like it goes there too. */
export interface Followed {
  readonly connection: Connection;
  readonly side: Side;
}

export type Verdict =
  /** To a node, or to a host outside. */
  | {
      readonly kind: 'forward';
      readonly forwarding: Forwarding;
      readonly nextHop: Ipv4Address;
      readonly follows: Followed | null;
    }
  /** To the gateway's own stack (box 580). */
  | { readonly kind: 'deliver'; readonly forwarding: Forwarding }
  /** The gateway itself replied, by what stands in `sends`. */
  | { readonly kind: 'answer'; readonly reason: Reason }
  /** Leaves in other pieces than it came in, which stand in `sends` (RFC 791 section 3.2). */
  | { readonly kind: 'split'; readonly reason: Reason }
  /** Read and used: what it told is among the changes. */
  | { readonly kind: 'absorb'; readonly reason: Reason }
  /** Kept until the next hop's MAC address is known. */
  | { readonly kind: 'hold'; readonly reason: Reason }
  | { readonly kind: 'drop'; readonly reason: Reason };

export interface Decision {
  readonly verdict: Verdict;
  readonly path: Path;
  readonly sends: readonly Send[];
  readonly changes: readonly Change[];
}
