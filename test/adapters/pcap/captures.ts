// The captures of real programs that stand beside the golden frames.

import { readdirSync, readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { Capture, CaptureError } from '../../../adapters/pcap/capture.ts';
import { readCapture } from '../../../adapters/pcap/read.ts';

const folder = new URL('../../golden/captures/', import.meta.url);

export const captureNames: readonly string[] = readdirSync(folder).filter((name) =>
  name.endsWith('.pcap'),
);

export const captureBytes = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(name, folder)));

export const right = (read: E.Either<CaptureError, Capture>): Capture => {
  if (E.isLeft(read)) throw new Error(read.left.sentence);
  return read.right;
};

export const capture = (name: string): Capture => right(readCapture(captureBytes(name)));
