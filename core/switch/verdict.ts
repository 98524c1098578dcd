// What `decide` says of a frame: a verdict, what is sent besides, and the table changes that follow.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { FrameAddresses, Rewrite } from '../wire/rewrite.ts';
import type { Change } from './tables.ts';
import type { Reason } from './reason.ts';
import type { Link } from './topology.ts';

/**
 * How a frame leaves. `at` and `length` say where its IP packet lies in the frame given (bytes; padding
 * left out). `addresses` is null on a link of bare IP packets. A null `rewrite` leaves the packet alone.
 */
export interface Forwarding {
  readonly egress: Link;
  readonly at: number;
  readonly length: number;
  readonly addresses: FrameAddresses | null;
  readonly rewrite: Rewrite | null;
}

/** Another frame that leaves because of this one: an answer, an ARP request, a frame held until now. */
export interface Send {
  readonly frame: ReadonlyBytes;
  /** Null: the frame is complete and leaves by `egress` as it is. */
  readonly forwarding: Forwarding | null;
  readonly egress: Link;
}

export type Verdict =
  /** To a node, or to a host outside. */
  | { readonly kind: 'forward'; readonly forwarding: Forwarding }
  /** To the gateway's own stack (box 580). */
  | { readonly kind: 'deliver'; readonly forwarding: Forwarding }
  /** The gateway itself replied, by what stands in `sends`. */
  | { readonly kind: 'answer'; readonly reason: Reason }
  /** Too large for the link and free to be cut: its fragments stand in `sends` (RFC 791 section 3.2). */
  | { readonly kind: 'split'; readonly reason: Reason }
  /** Read and used: what it told is among the changes. */
  | { readonly kind: 'absorb'; readonly reason: Reason }
  /** Kept until the next hop's MAC address is known. */
  | { readonly kind: 'hold'; readonly reason: Reason }
  | { readonly kind: 'drop'; readonly reason: Reason };

/** Which way a frame took through the boxes of figures 5 and 6; `explain` tells it at length. */
export type Path =
  | 'unsound'
  | 'not-addressed'
  | 'arp'
  | 'inbound-not-port-type'
  | 'inbound-node'
  | 'inbound-function'
  | 'inbound-translated'
  | 'inbound-non-specific'
  | 'inbound-unknown'
  | 'to-gateway'
  | 'outgoing'
  | 'frame-level';

export interface Decision {
  readonly verdict: Verdict;
  readonly path: Path;
  readonly sends: readonly Send[];
  readonly changes: readonly Change[];
}
