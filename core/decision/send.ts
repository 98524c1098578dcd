// How frames leave: what a decision says of them, before anything acts on it.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { FrameAddresses, Rewrite } from '../wire/rewrite.ts';
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
