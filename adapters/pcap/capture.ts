// A recording of frames, whichever file format it came in.

import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import type { LinkType } from './link-type.ts';

export interface CapturedFrame {
  /** From 1, as tcpdump and Wireshark count. */
  readonly number: number;
  /** Milliseconds since 1970-01-01 UTC; the fraction is exact to the microsecond. */
  readonly time: number;
  readonly linkType: LinkType;
  /** A view of the file's bytes, not a copy. */
  readonly bytes: ReadonlyBytes;
  /** Bytes that the frame had on the wire. */
  readonly originalLength: number;
  /** Whether the capture kept fewer bytes than the frame had (tcpdump -s). */
  readonly snapped: boolean;
  /** An index into `Capture.interfaces`. */
  readonly interfaceIndex: number;
}

export interface CapturedInterface {
  /** Null where the file does not say. */
  readonly name: string | null;
  /** Null: of a type that is not read; a capture with frames of it is refused. */
  readonly linkType: LinkType | null;
}

export interface Capture {
  readonly interfaces: readonly CapturedInterface[];
  readonly frames: readonly CapturedFrame[];
  /** Offset of the record that the end of the file cuts off, bytes; null when the file ends with a whole one. */
  readonly truncatedAt: number | null;
}

/** Why a file is not a capture that can be read: a sentence, and the offset in the file that it concerns. */
export interface CaptureError {
  readonly at: number;
  readonly sentence: string;
}

/** Longest frame that a record may claim, bytes: libpcap's own limit (MAXIMUM_SNAPLEN). */
export const LONGEST_FRAME = 262_144;

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
