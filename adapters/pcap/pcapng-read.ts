// Reading pcapng: draft-ietf-opsawg-pcapng. Blocks of other kinds than these four are passed over.

import * as E from 'fp-ts/lib/Either.js';
import type { Capture, CapturedFrame, CaptureError } from './capture.ts';
import { LONGEST_FRAME, viewOf } from './capture.ts';
import { linkTypeRefusal } from './link-type.ts';
import * as layout from './pcapng-blocks.ts';
import type { Block, InterfaceDescription } from './pcapng-interface.ts';
import { interfaceDescription, milliseconds } from './pcapng-interface.ts';

/** What was read so far. Interfaces are counted through the file, though each section numbers its own from 0. */
interface Reading {
  readonly bytes: Uint8Array;
  readonly interfaces: InterfaceDescription[];
  readonly frames: CapturedFrame[];
  sectionStart: number;
}

/** What is wrong with a block; null when it was read. */
type Wrong = string | null;

/** Where a frame lies, and what its block says of it. */
interface PacketFields {
  readonly interfaceId: number;
  readonly time: (description: InterfaceDescription) => number;
  readonly start: number;
  /** Bytes kept; an interface's snap length may say so. */
  readonly length: (description: InterfaceDescription) => number;
  readonly originalLength: number;
}

const addFrame = (reading: Reading, end: number, fields: PacketFields): Wrong => {
  const interfaceIndex = reading.sectionStart + fields.interfaceId;
  const description = reading.interfaces[interfaceIndex];
  if (description === undefined)
    return `a frame names interface ${fields.interfaceId}, of which nothing is told`;
  if (description.linkType === null) return linkTypeRefusal(description.linkTypeCode);
  const length = fields.length(description);
  if (length > LONGEST_FRAME || fields.start + length > end)
    return `a frame claims ${length} bytes, more than its block has`;
  reading.frames.push({
    number: reading.frames.length + 1,
    time: fields.time(description),
    linkType: description.linkType,
    bytes: reading.bytes.subarray(fields.start, fields.start + length),
    originalLength: fields.originalLength,
    snapped: length < fields.originalLength,
    interfaceIndex,
  });
  return null;
};

const enhancedPacket = (reading: Reading, block: Block): Wrong => {
  const u32 = (offset: number): number =>
    block.view.getUint32(block.at + offset, block.littleEndian);
  const ticks =
    (BigInt(u32(layout.ENHANCED_TIME_HIGH)) << 32n) | BigInt(u32(layout.ENHANCED_TIME_LOW));
  return addFrame(reading, block.end, {
    interfaceId: u32(layout.ENHANCED_INTERFACE),
    time: ({ clock }) => milliseconds(clock, ticks),
    start: block.at + layout.ENHANCED_DATA,
    length: () => u32(layout.ENHANCED_CAPTURED_LENGTH),
    originalLength: u32(layout.ENHANCED_ORIGINAL_LENGTH),
  });
};

/** A block without a time: it gets that of the frame before it, so that the order stays. */
const simplePacket = (reading: Reading, block: Block): Wrong => {
  const originalLength = block.view.getUint32(
    block.at + layout.SIMPLE_ORIGINAL_LENGTH,
    block.littleEndian,
  );
  return addFrame(reading, block.end, {
    interfaceId: 0,
    time: () => reading.frames.at(-1)?.time ?? 0,
    start: block.at + layout.SIMPLE_DATA,
    length: ({ snapLength }) =>
      snapLength === 0 ? originalLength : Math.min(originalLength, snapLength),
    originalLength,
  });
};

const addInterface = (reading: Reading, block: Block): Wrong => {
  const description = interfaceDescription(block);
  if (description === null) return 'an option is longer than its block';
  reading.interfaces.push(description);
  return null;
};

const startSection = (reading: Reading, block: Block): Wrong => {
  const major = block.view.getUint16(block.at + layout.SECTION_MAJOR, block.littleEndian);
  if (major !== layout.MAJOR_VERSION) return `pcapng version ${major} is not read, only 1`;
  reading.sectionStart = reading.interfaces.length;
  return null;
};

const KINDS = new Map([
  [layout.SECTION_HEADER, { fixed: layout.SECTION_OPTIONS, read: startSection }],
  [layout.INTERFACE_DESCRIPTION, { fixed: layout.INTERFACE_OPTIONS, read: addInterface }],
  [layout.ENHANCED_PACKET, { fixed: layout.ENHANCED_DATA, read: enhancedPacket }],
  [layout.SIMPLE_PACKET, { fixed: layout.SIMPLE_DATA, read: simplePacket }],
]);

/** The byte order that a section header tells; null when it is neither. */
const sectionOrder = (view: DataView, at: number): boolean | null => {
  const magic = at + layout.SECTION_BYTE_ORDER;
  if (view.getUint32(magic, true) === layout.BYTE_ORDER_MAGIC) return true;
  return view.getUint32(magic) === layout.BYTE_ORDER_MAGIC ? false : null;
};

/** The frames of a file whose first block is a section header. */
export const readPcapng = (bytes: Uint8Array): E.Either<CaptureError, Capture> => {
  const view = viewOf(bytes);
  const reading: Reading = { bytes, interfaces: [], frames: [], sectionStart: 0 };
  const wrong = (at: number, what: string): E.Either<CaptureError, Capture> =>
    E.left({ at, sentence: `in the block at byte ${at}, ${what}` });
  let littleEndian = true;
  let at = 0;
  while (at + layout.SMALLEST_BLOCK <= bytes.length) {
    const isSection = view.getUint32(at) === layout.SECTION_HEADER;
    const order: boolean | null = isSection ? sectionOrder(view, at) : littleEndian;
    if (order === null) return wrong(at, 'the byte order is neither of the two');
    littleEndian = order;

    const length = view.getUint32(at + layout.BLOCK_LENGTH, littleEndian);
    if (length < layout.SMALLEST_BLOCK || length % 4 !== 0)
      return wrong(at, `the length is ${length}: the file is damaged`);
    if (at + length > bytes.length) break;
    const end = at + length - layout.TRAILER_LENGTH;
    if (view.getUint32(end, littleEndian) !== length)
      return wrong(at, 'the two lengths differ: the file is damaged');

    const kind = KINDS.get(view.getUint32(at, littleEndian));
    if (kind !== undefined) {
      if (at + kind.fixed > end)
        return wrong(at, `a length of ${length} is too short for its type`);
      const said = kind.read(reading, { view, littleEndian, at, end });
      if (said !== null) return wrong(at, said);
    }
    at += length;
  }
  const { frames } = reading;
  const interfaces = reading.interfaces.map(({ name, linkType }) => ({ name, linkType }));
  return E.right({ interfaces, frames, truncatedAt: at === bytes.length ? null : at });
};
