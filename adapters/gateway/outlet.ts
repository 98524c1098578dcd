// Where the frames leave that the gateway passes on or makes: what carries them tells how they fared.

import type { Link } from '../../core/decision/topology.ts';

export interface Outlet {
  /** Whether a header of offloads (assembly/layout/offload.ts) lies before the frames of a link. */
  readonly hasOffloads: (link: Link) => boolean;
  /** A slot that is free for a frame from elsewhere; -1: all wait until their frames have left. */
  spare(): number;
  /**
   * Sends the frame of `length` bytes at `offset` in the memory, which lies in the slot `slot`. The slot is
   * not to be touched until the frame has left. Counts it, as sent or as lost.
   */
  send(link: Link, slot: number, offset: number, length: number): void;
}
