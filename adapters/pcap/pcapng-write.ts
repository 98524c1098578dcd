// Writing pcapng: draft-ietf-opsawg-pcapng. Little-endian, time stamps in microseconds (its default).

import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { viewOf } from './capture.ts';
import type { LinkType } from './link-type.ts';
import { linkTypeNumber } from './link-type.ts';
import * as layout from './pcapng-blocks.ts';

export interface WrittenInterface {
  /** What the frames passed: `campus`, `interconnect`. */
  readonly name: string;
  readonly linkType: LinkType;
}

export interface WrittenFrame {
  /** An index into the interfaces that the header was made of. */
  readonly interfaceIndex: number;
  /** Milliseconds since 1970-01-01 UTC, not before. */
  readonly time: number;
  readonly bytes: ReadonlyBytes;
}

/** An empty block: type and both lengths. `fixed` is where what follows its fixed fields starts. */
const block = (
  type: number,
  fixed: number,
  rest: number,
): { bytes: Uint8Array; view: DataView } => {
  const length = fixed + layout.padded(rest) + layout.TRAILER_LENGTH;
  const bytes = new Uint8Array(length);
  const view = viewOf(bytes);
  view.setUint32(0, type, true);
  view.setUint32(layout.BLOCK_LENGTH, length, true);
  view.setUint32(length - layout.TRAILER_LENGTH, length, true);
  return { bytes, view };
};

const sectionHeader = (): Uint8Array => {
  const { bytes, view } = block(layout.SECTION_HEADER, layout.SECTION_OPTIONS, 0);
  view.setUint32(layout.SECTION_BYTE_ORDER, layout.BYTE_ORDER_MAGIC, true);
  view.setUint16(layout.SECTION_MAJOR, layout.MAJOR_VERSION, true);
  view.setBigInt64(layout.SECTION_LENGTH, -1n, true); // not known
  return bytes;
};

const interfaceBlock = ({ name, linkType }: WrittenInterface): Uint8Array => {
  const text = new TextEncoder().encode(name);
  const options = 4 + layout.padded(text.length) + 4;
  const { bytes, view } = block(layout.INTERFACE_DESCRIPTION, layout.INTERFACE_OPTIONS, options);
  view.setUint16(layout.INTERFACE_LINK_TYPE, linkTypeNumber(linkType), true);
  view.setUint16(layout.INTERFACE_OPTIONS, layout.OPTION_NAME, true);
  view.setUint16(layout.INTERFACE_OPTIONS + 2, text.length, true);
  bytes.set(text, layout.INTERFACE_OPTIONS + 4);
  return bytes;
};

const joined = (chunks: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
};

/** What a file begins with. Appending `pcapngFrame` chunks to it gives, after each, a whole file. */
export const pcapngHeader = (interfaces: readonly WrittenInterface[]): Uint8Array =>
  joined([sectionHeader(), ...interfaces.map(interfaceBlock)]);

/** The chunk that one frame adds to a file. */
export const pcapngFrame = ({ interfaceIndex, time, bytes: frame }: WrittenFrame): Uint8Array => {
  const { bytes, view } = block(layout.ENHANCED_PACKET, layout.ENHANCED_DATA, frame.length);
  const microseconds = BigInt(Math.round(time * 1000));
  view.setUint32(layout.ENHANCED_INTERFACE, interfaceIndex, true);
  view.setUint32(layout.ENHANCED_TIME_HIGH, Number(microseconds >> 32n), true);
  view.setUint32(layout.ENHANCED_TIME_LOW, Number(microseconds & 0xffffffffn), true);
  view.setUint32(layout.ENHANCED_CAPTURED_LENGTH, frame.length, true);
  view.setUint32(layout.ENHANCED_ORIGINAL_LENGTH, frame.length, true);
  bytes.set(frame, layout.ENHANCED_DATA);
  return bytes;
};

/** A whole file, in memory. */
export const writePcapng = (
  interfaces: readonly WrittenInterface[],
  frames: Iterable<WrittenFrame>,
): Uint8Array => joined([pcapngHeader(interfaces), ...Array.from(frames, pcapngFrame)]);
