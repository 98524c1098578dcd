// The one interface of all devices: TAP, TUN, files of captured frames, memory.

import { PACKET } from '../assembly/layout/slot.ts';
import { HEADER_LENGTH } from '../core/wire/layout/ethernet.ts';

/**
 * Slots for a batch of frames in one linear memory, where kernels and devices find them. In every slot
 * the IP packet starts at `PACKET_OFFSET`; an Ethernet header lies right before it, so that a frame can
 * gain or lose the header without moving.
 */
export interface Slots {
  /** The whole linear memory. It never grows after the start, so the view stays valid. */
  readonly bytes: Uint8Array;
  /** Address of `bytes[0]` in the process, for system calls that read straight into it. */
  readonly address: number;
  /** Where the first slot starts in `bytes`, how far apart slots are, and how many there are. */
  readonly base: number;
  readonly stride: number;
  readonly capacity: number;
  /** Length of the frame in each slot, bytes, as the device gave it. */
  readonly lengths: Uint32Array;
}

export const PACKET_OFFSET = PACKET;
export type Framing = 'ethernet' | 'ip';

/** Where a frame of this framing starts within its slot. */
export const frameOffset = (framing: Framing): number =>
  framing === 'ethernet' ? PACKET_OFFSET - HEADER_LENGTH : PACKET_OFFSET;

/** Largest IP packet there is, bytes. */
const MAX_PACKET = 65535;

/** Largest IP packet that may have to be read from a device, bytes. */
export const longestPacket = ({ offloads, mtu }: Pick<Device, 'offloads' | 'mtu'>): number =>
  offloads ? MAX_PACKET : mtu;

/**
 * Why a frame that was written is lost: `full`, there is no room for it now; `down`, the interface is;
 * `refused`, the device does not take a frame like this one; `gone`, the device is no more.
 */
export type Loss = 'full' | 'down' | 'refused' | 'gone';

/** What became of a frame that was written. */
export type Written = 'sent' | Loss;

export interface Device {
  /** What people know it by: `oh-campus`, a file's name. */
  readonly name: string;
  readonly framing: Framing;
  /** Largest IP packet it carries, bytes. */
  readonly mtu: number;
  /**
   * Whether it leaves checksums and the cutting of frames to others, and has them left to it. The header
   * that tells (assembly/layout/offload.ts) then lies right before every frame that is read or written.
   */
  readonly offloads: boolean;
  /**
   * Descriptors that `poll` can wait on for frames: none where there is nothing to wait for, several
   * where several devices make up one link.
   */
  readonly descriptors: readonly number[];
  /**
   * Reads frames into slots from slot 0 on, at `frameOffset(framing)` each, without waiting, and sets
   * their lengths. Returns how many came; fewer than the capacity means there are no more now; -1
   * means the device is gone.
   */
  read(slots: Slots): number;
  /** Writes one whole frame that lies at `offset` in `slots.bytes`, without waiting. */
  write(slots: Slots, offset: number, length: number): Written;
  close(): void;
}
