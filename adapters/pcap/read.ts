// Reading captures: which of the two file formats it is, by the first four bytes.

import * as E from 'fp-ts/lib/Either.js';
import type { Capture, CaptureError } from './capture.ts';
import { viewOf } from './capture.ts';
import { classicForm, readClassic } from './classic.ts';
import { readPcapng } from './pcapng-read.ts';
import { SECTION_HEADER } from './pcapng-blocks.ts';

const MAGIC_LENGTH = 4;

const unknown = (bytes: Uint8Array): string => {
  const start = Array.from(bytes.subarray(0, MAGIC_LENGTH), (b) => b.toString(16).padStart(2, '0'));
  return `it starts with the bytes ${start.join(' ')}, which neither pcap nor pcapng does`;
};

/**
 * The frames of a pcap or pcapng file, in the file's order. A file that is cut off gives the frames before
 * the cut; one that is something else, is damaged, or has frames of another link type is an error.
 */
export const readCapture = (bytes: Uint8Array): E.Either<CaptureError, Capture> => {
  if (bytes.length < MAGIC_LENGTH)
    return E.left({ at: 0, sentence: `it has only ${bytes.length} bytes: not a capture` });
  const view = viewOf(bytes);
  if (view.getUint32(0) === SECTION_HEADER) return readPcapng(bytes);
  const form = classicForm(view);
  return form === null ? E.left({ at: 0, sentence: unknown(bytes) }) : readClassic(bytes, form);
};
