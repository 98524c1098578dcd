// The pcap file format: draft-ietf-opsawg-pcap, sections 4 and 5.

import * as E from 'fp-ts/lib/Either.js';
import type { Capture, CapturedFrame, CaptureError } from './capture.ts';
import { LONGEST_FRAME, viewOf } from './capture.ts';
import { linkTypeOf, linkTypeRefusal } from './link-type.ts';

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const MAJOR_VERSION = 2;

const FILE_VERSION = 4;
const FILE_LINK_TYPE = 20;
const FILE_HEADER_LENGTH = 24;
/** The upper half of the field tells the length of a frame check sequence. */
const LINK_TYPE_MASK = 0xffff;

const RECORD_SECONDS = 0;
const RECORD_FRACTION = 4;
const RECORD_CAPTURED_LENGTH = 8;
const RECORD_ORIGINAL_LENGTH = 12;
const RECORD_HEADER_LENGTH = 16;

/** What the magic number tells: the byte order, and how many parts a millisecond is divided into. */
export interface ClassicForm {
  readonly littleEndian: boolean;
  readonly perMillisecond: number;
}

/** The form of a pcap file of at least 4 bytes; null when it is not one. */
export const classicForm = (view: DataView): ClassicForm | null => {
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic === MAGIC_MICROSECONDS) return { littleEndian, perMillisecond: 1e3 };
    if (magic === MAGIC_NANOSECONDS) return { littleEndian, perMillisecond: 1e6 };
  }
  return null;
};

/** The frames of a pcap file whose magic number gave `form`. */
export const readClassic = (
  bytes: Uint8Array,
  { littleEndian, perMillisecond }: ClassicForm,
): E.Either<CaptureError, Capture> => {
  if (bytes.length < FILE_HEADER_LENGTH)
    return E.right({ interfaces: [], frames: [], truncatedAt: 0 });
  const view = viewOf(bytes);
  const u32 = (at: number): number => view.getUint32(at, littleEndian);

  const version = view.getUint16(FILE_VERSION, littleEndian);
  if (version !== MAJOR_VERSION)
    return E.left({ at: FILE_VERSION, sentence: `pcap version ${version} is not read, only 2` });
  const linkTypeCode = u32(FILE_LINK_TYPE) & LINK_TYPE_MASK;
  const linkType = linkTypeOf(linkTypeCode);
  if (linkType === null)
    return E.left({ at: FILE_LINK_TYPE, sentence: linkTypeRefusal(linkTypeCode) });

  const frames: CapturedFrame[] = [];
  let at = FILE_HEADER_LENGTH;
  while (at + RECORD_HEADER_LENGTH <= bytes.length) {
    const number = frames.length + 1;
    const length = u32(at + RECORD_CAPTURED_LENGTH);
    if (length > LONGEST_FRAME)
      return E.left({
        at,
        sentence: `it is damaged: frame ${number}, at byte ${at}, claims ${length} bytes`,
      });
    const start = at + RECORD_HEADER_LENGTH;
    if (start + length > bytes.length) break;
    const originalLength = u32(at + RECORD_ORIGINAL_LENGTH);
    frames.push({
      number,
      time: u32(at + RECORD_SECONDS) * 1000 + u32(at + RECORD_FRACTION) / perMillisecond,
      linkType,
      bytes: bytes.subarray(start, start + length),
      originalLength,
      snapped: length < originalLength,
      interfaceIndex: 0,
    });
    at = start + length;
  }
  const interfaces = [{ name: null, linkType }];
  return E.right({ interfaces, frames, truncatedAt: at === bytes.length ? null : at });
};
