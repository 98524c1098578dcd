// Reads a capture file, pcap or pcapng, and says for people what is wrong with it.

import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { counted } from '../../core/explain/counted.ts';
import type { LinkSettings } from '../../core/decision/topology.ts';
import type { Capture, CapturedFrame } from '../pcap/capture.ts';
import { readCapture } from '../pcap/read.ts';

export interface CaptureFile {
  readonly path: string;
  readonly frames: readonly CapturedFrame[];
  /** Sentences on what is missing, none of which keeps the frames from being used. */
  readonly warnings: readonly string[];
  /** Whether the end of the file cuts a frame off. */
  readonly isCut: boolean;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file: a part of the path is not a directory',
  EISDIR: 'is a directory; expected a capture, pcap or pcapng',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ERR_FS_FILE_TOO_LARGE: 'is larger than 2 GiB; split it, such as with editcap -c',
};

const readBytes = (path: string): E.Either<string, Uint8Array> => {
  try {
    return E.right(readFileSync(path));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return E.left(`${path}: ${reasons[code] ?? `cannot be read: ${message}`}`);
  }
};

const warningsAbout = (path: string, { frames, truncatedAt }: Capture): readonly string[] => {
  const snapped = frames.filter((frame) => frame.snapped).length;
  const were = snapped === 1 ? 'was' : 'were';
  return [
    ...(truncatedAt === null
      ? []
      : [
          `${path}: is cut off at byte ${truncatedAt}; what is before that is used (${counted(frames.length, 'frame')})`,
        ]),
    ...(frames.length === 0 ? [`${path}: has no frames`] : []),
    ...(snapped === 0
      ? []
      : [
          `${path}: ${counted(snapped, 'frame')} ${were} not captured to the end, and will not be sound; use tcpdump -s 0`,
        ]),
  ];
};

/** The frames in the file at `path`, which passed `link`; or a sentence on why it cannot be used. */
export const loadCapture = (path: string, link: LinkSettings): E.Either<string, CaptureFile> => {
  const bytes = readBytes(path);
  if (E.isLeft(bytes)) return bytes;
  const capture = readCapture(bytes.right);
  if (E.isLeft(capture)) return E.left(`${path}: ${capture.left.sentence}`);
  const { frames, truncatedAt } = capture.right;
  const other = frames.find(({ linkType }) => linkType !== link.framing);
  if (other !== undefined) {
    const has = other.linkType === 'ip' ? 'is a bare IP packet' : 'has an Ethernet header';
    const wants = link.framing === 'ip' ? 'bare IP packets' : 'Ethernet frames';
    return E.left(`${path}: frame ${other.number} ${has}, but ${link.name} carries ${wants}`);
  }
  const warnings = warningsAbout(path, capture.right);
  return E.right({ path, frames, warnings, isCut: truncatedAt !== null });
};
