// A capture that is cut anywhere gives what stands before the cut, and nothing throws.

import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writePcapng } from '../../../adapters/pcap/pcapng-write.ts';
import { readCapture } from '../../../adapters/pcap/read.ts';
import { capture, captureBytes, captureNames, right } from './captures.ts';

const asPcapng = (name: string): Uint8Array =>
  writePcapng([{ name, linkType: 'ethernet' }], capture(name).frames);

/** Offsets at which a file may end without a record being cut. */
const wholeEnds = (bytes: Uint8Array): Set<number> => {
  const frames = right(readCapture(bytes)).frames;
  const isPcapng = bytes[0] === 0x0a;
  return new Set(
    frames.map(({ bytes: frame }) => {
      const end = (frame as Uint8Array).byteOffset - bytes.byteOffset + frame.length;
      return isPcapng ? Math.ceil(end / 4) * 4 + 4 : end;
    }),
  );
};

describe.each(captureNames)('%s', (name) => {
  it.each([
    ['pcap', captureBytes(name), 24],
    ['pcapng', asPcapng(name), 28],
  ])('cut at every byte, as %s', (_form, bytes, headerLength) => {
    const whole = right(readCapture(bytes));
    const ends = wholeEnds(bytes);
    let framesBefore = 0;
    for (let cut = 4; cut <= bytes.length; cut++) {
      if (ends.has(cut)) framesBefore++;
      const { frames, truncatedAt } = right(readCapture(bytes.subarray(0, cut)));
      if (frames.length !== framesBefore) expect.fail(`${frames.length} frames at cut ${cut}`);
      if (ends.has(cut) && truncatedAt !== null) expect.fail(`cut ${cut} is between two frames`);
      if (cut < headerLength && truncatedAt !== 0) expect.fail(`cut ${cut} is within the header`);
      if (framesBefore > 0 && !ends.has(cut) && !ends.has(truncatedAt ?? -1))
        expect.fail(`cut ${cut} is said to be at ${truncatedAt}`);
    }
    expect(framesBefore).toBe(whole.frames.length);
    expect(whole.truncatedAt).toBeNull();
  });
});

describe('bytes that are no capture', () => {
  const sound = [captureBytes('http.in.pcap'), asPcapng('http.in.pcap')] as const;

  it('never throw, and an error is a sentence', () => {
    const magic = fc.constantFrom('', 'd4c3b2a1', 'a1b23c4d', '0a0d0d0a1c0000004d3c2b1a0100');
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        const read = readCapture(Uint8Array.of(...Buffer.from(start, 'hex'), ...rest));
        if (E.isLeft(read)) expect(read.left.sentence).toMatch(/^\w.*\w$/);
      }),
    );
  });

  it('made from a capture by changing bytes give only views within the file', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...sound), changes, (original, changed) => {
        const bytes = original.slice();
        for (const [at, value] of changed) bytes[at % bytes.length] = value;
        const read = readCapture(bytes);
        if (E.isLeft(read)) return;
        for (const frame of read.right.frames)
          expect((frame.bytes as Uint8Array).buffer).toBe(bytes.buffer);
        const kept = read.right.frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
        expect(kept).toBeLessThan(bytes.length);
      }),
      { numRuns: 300 },
    );
  });
});
