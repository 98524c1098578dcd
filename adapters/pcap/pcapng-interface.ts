// An interface description of a pcapng file: draft-ietf-opsawg-pcapng section 4.2.

import { linkTypeOf } from './link-type.ts';
import type { CapturedInterface } from './capture.ts';
import * as layout from './pcapng-blocks.ts';

/** A block that lies wholly in the file: the offsets of its start and of the end of its body. */
export interface Block {
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly at: number;
  readonly end: number;
}

export interface InterfaceDescription extends CapturedInterface {
  readonly linkTypeCode: number;
  /** Most bytes kept of a frame; 0 is no limit. */
  readonly snapLength: number;
  readonly clock: Clock;
}

/** What a time stamp counts: so many parts of a second, and the seconds to add. */
interface Clock {
  readonly perSecond: bigint;
  readonly offset: bigint;
}

const MICROSECONDS: Clock = { perSecond: 1_000_000n, offset: 0n };

/** Milliseconds of a time stamp; the only rounding is that of the result. */
export const milliseconds = ({ perSecond, offset }: Clock, ticks: bigint): number => {
  const fraction = (Number(ticks % perSecond) * 1000) / Number(perSecond);
  return Number(ticks / perSecond + offset) * 1000 + fraction;
};

/** if_tsresol: a negative power of ten, or of two when the most significant bit is set. */
const resolution = (value: number): bigint =>
  value & 0x80 ? 2n ** BigInt(value & 0x7f) : 10n ** BigInt(value);

/** The interface of a block whose fixed fields are there; null when its options overrun it. */
export const interfaceDescription = (block: Block): InterfaceDescription | null => {
  const { view, littleEndian, end } = block;
  const linkTypeCode = view.getUint16(block.at + layout.INTERFACE_LINK_TYPE, littleEndian);
  let name: string | null = null;
  let clock = MICROSECONDS;
  let at = block.at + layout.INTERFACE_OPTIONS;
  while (at + 4 <= end) {
    const code = view.getUint16(at, littleEndian);
    if (code === layout.OPTION_END) break;
    const length = view.getUint16(at + 2, littleEndian);
    const value = at + 4;
    at = value + layout.padded(length);
    if (at > end) return null;
    if (code === layout.OPTION_NAME)
      name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + value, length));
    if (code === layout.OPTION_RESOLUTION && length === 1)
      clock = { ...clock, perSecond: resolution(view.getUint8(value)) };
    if (code === layout.OPTION_TIME_OFFSET && length === 8)
      clock = { ...clock, offset: view.getBigInt64(value, littleEndian) };
  }
  const snapLength = view.getUint32(block.at + layout.INTERFACE_SNAP_LENGTH, littleEndian);
  return { name, linkType: linkTypeOf(linkTypeCode), linkTypeCode, snapLength, clock };
};
