// A device that was opened, as plain data: it can be told to another thread, which makes a `Device` of it
// (adapters/linux/device-over.ts) or reads its descriptors by other means.

import type { Framing } from './device.ts';

/** What the kernel leaves to be done, and has done: linux/if_tun.h, packet(7). */
export interface Offloads {
  /** A header (assembly/layout/offload.ts) lies right before each frame, read or written. */
  readonly header: boolean;
  /** Checksums are left to be completed in frames that are read. Written ones may always leave theirs. */
  readonly checksum: boolean;
  /** So is the cutting of TCP segments, */
  readonly tso: boolean;
  /** and of UDP datagrams. */
  readonly uso: boolean;
}

export const NO_OFFLOADS: Offloads = { header: false, checksum: false, tso: false, uso: false };

export interface Opened {
  /** For people: `oh-campus`, `eth1`, `descriptor 3`. */
  readonly name: string;
  readonly kind: 'tap' | 'tun' | 'packet';
  readonly framing: Framing;
  /** One for each queue, non-blocking. */
  readonly descriptors: readonly number[];
  /** Largest IP packet it carries, bytes. */
  readonly mtu: number;
  readonly offloads: Offloads;
  /** Why it has one queue where several were wanted. */
  readonly single?: string;
}
