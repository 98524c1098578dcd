// What is read of the captures of real programs.

import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { memorySlots, takeFrame } from '../../../adapters/memory/slots.ts';
import { captureDevice } from '../../../adapters/pcap/device.ts';
import { writePcapng } from '../../../adapters/pcap/pcapng-write.ts';
import { readCapture } from '../../../adapters/pcap/read.ts';
import { capture, right } from './captures.ts';

describe('readCapture', () => {
  it.each([
    ['http.in.pcap', 10],
    ['http.out.pcap', 10],
    ['rlogin.in.pcap', 48],
    ['rlogin.out.pcap', 48],
    ['rsh-stderr.in.pcap', 24],
    ['rsh-stderr.out.pcap', 22],
  ])('%s has %i frames, numbered from 1', (name, count) => {
    const { frames, truncatedAt } = capture(name);
    expect(frames.map(({ number }) => number)).toEqual(
      Array.from({ length: count }, (_, index) => index + 1),
    );
    expect(truncatedAt).toBeNull();
    expect(frames.some(({ snapped }) => snapped)).toBe(false);
  });

  it('reads the time to the microsecond', () => {
    const times = capture('http.out.pcap').frames.map(({ time }) => time);
    // 11:48:49.952103 and 11:48:49.952196, as tcpdump shows the first two
    const ofDay = times.slice(0, 2).map((time) => Math.round((time % 86_400_000) * 1000));
    const start = ((11 * 60 + 48) * 60 + 49) * 1_000_000;
    expect(ofDay).toEqual([start + 952_103, start + 952_196]);
  });
});

describe('captureDevice', () => {
  it('plays the frames in order, slot by slot, and collects what is written', () => {
    const recorded = capture('rsh-stderr.in.pcap');
    const device = captureDevice('rsh', recorded, 1500);
    if (E.isLeft(device)) throw new Error(device.left);
    const link = device.right;
    const slots = memorySlots(10);
    const seen: Uint8Array[] = [];
    const counts: number[] = [];
    while (link.waiting > 0) {
      const count = link.read(slots);
      counts.push(count);
      for (let slot = 0; slot < count; slot++) seen.push(takeFrame(slots, slot, 'ethernet'));
    }
    expect(counts).toEqual([10, 10, 4]);
    expect(link.read(slots)).toBe(0);
    expect(seen).toEqual(recorded.frames.map(({ bytes }) => bytes));

    expect(link.write(slots, 2, 60)).toBe('sent');
    expect(link.taken()).toEqual([slots.bytes.slice(2, 62)]);
  });

  it('refuses a capture of two link types', () => {
    const bytes = writePcapng(
      [
        { name: 'a', linkType: 'ip' },
        { name: 'b', linkType: 'ethernet' },
      ],
      [
        { interfaceIndex: 0, time: 0, bytes: new Uint8Array(20) },
        { interfaceIndex: 1, time: 0, bytes: new Uint8Array(34) },
      ],
    );
    const device = captureDevice('both', right(readCapture(bytes)), 1500);
    expect(device).toEqual(E.left(expect.stringMatching(/^both: frame 2 has link type ethernet/)));
  });
});
