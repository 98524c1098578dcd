// A capture as a device: its frames arrive in the file's order, and what is written is collected.

import * as E from 'fp-ts/lib/Either.js';
import type { MemoryLink } from '../memory/link.ts';
import { memoryLink } from '../memory/link.ts';
import type { Capture } from './capture.ts';

/**
 * A device named `name` that plays `capture`, or a sentence when its frames are not all of one link type.
 * Time stamps are not waited for. When all frames are read it goes on, empty (`waiting` is 0).
 */
export const captureDevice = (
  name: string,
  capture: Capture,
  mtu: number,
): E.Either<string, MemoryLink> => {
  const framing = capture.frames[0]?.linkType ?? capture.interfaces[0]?.linkType ?? 'ethernet';
  const other = capture.frames.find((frame) => frame.linkType !== framing);
  if (other !== undefined)
    return E.left(
      `${name}: frame ${other.number} has link type ${other.linkType}, the first one ${framing}: ` +
        'a device has one; split the capture by interface',
    );
  const link = memoryLink(name, framing, mtu);
  for (const { bytes } of capture.frames) link.push(bytes);
  return E.right(link);
};
