// What a device leaves to be done to a frame, as a value: the header before the frame in its slot. VIRTIO 1.2
// section 5.1.6.

import * as layout from '../../assembly/layout/offload.ts';

/** What is left to be done. Sizes and offsets in bytes; `checksumStart` counts from the frame's first byte. */
export interface Offload {
  /** Whether the checksum field holds the sum of the pseudo header, not inverted: the rest is to be added. */
  readonly isPartial: boolean;
  /** `GSO_NONE`, or what the frame is to be cut into. Whether congestion was notified is left out: TCP says so itself. */
  readonly cutting: number;
  /** Data in each piece of the frame. */
  readonly pieceSize: number;
  readonly checksumStart: number;
  /** Where the checksum field is, from `checksumStart` on. */
  readonly checksumOffset: number;
}

export const NOTHING_LEFT: Offload = {
  isPartial: false,
  cutting: layout.GSO_NONE,
  pieceSize: 0,
  checksumStart: 0,
  checksumOffset: 0,
};

const viewOf = ({ buffer, byteOffset, length }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, length);

/** The header at `at`. */
export const decode = (bytes: Uint8Array, at: number): Offload => {
  const view = viewOf(bytes.subarray(at, at + layout.LENGTH));
  return {
    isPartial: (view.getUint8(layout.FLAGS) & layout.NEEDS_CHECKSUM) !== 0,
    cutting: view.getUint8(layout.GSO_TYPE) & ~layout.GSO_ECN,
    pieceSize: view.getUint16(layout.GSO_SIZE, true),
    checksumStart: view.getUint16(layout.CHECKSUM_START, true),
    checksumOffset: view.getUint16(layout.CHECKSUM_OFFSET, true),
  };
};

/** Whether nothing is left to be done to a frame. */
export const isNothing = ({ isPartial, cutting }: Offload): boolean =>
  !isPartial && cutting === layout.GSO_NONE;
