// The internet checksum over messages of several lengths, which lie one behind the other in a mebibyte: in
// the cache of every processor's core. Beside it how fast the same memory is read.

import { libc } from '../../../adapters/linux/libc.ts';
import type { Contestant } from '../contestant.ts';
import { nativeName } from '../contestant.ts';
import { sumsIn } from '../javascript/checksum.ts';
import { swap16, wordsIn } from '../javascript/memory.ts';
import { roomyKernels } from '../roomy-kernels.ts';
import { race } from '../rounds.ts';
import type { Scenario } from './scenario.ts';

/** Where the kernels have nothing of their own. */
const BASE = 65536;
const ROOM = 1 << 20;

const scenario = (name: string, length: number): Scenario => ({
  name,
  run: (natives, rounds) => {
    const kernels = roomyKernels(BASE + ROOM);
    const bytes = new Uint8Array(kernels.memory.buffer);
    const address = libc().addressOf(bytes) + BASE;
    const count = Math.floor(ROOM / length);
    for (let at = 0; at < ROOM; at++) bytes[BASE + at] = Math.imul(at, 0x9e3779b1) >>> 24;
    const { sumOf } = sumsIn(kernels.memory.buffer, wordsIn(kernels.memory.buffer));

    /** The checksums of all messages in one. */
    const allBy = (checksum: (at: number) => number) => (): number => {
      let all = 0;
      for (let message = 0, at = BASE; message < count; message++, at += length)
        all ^= checksum(at);
      return all;
    };
    const sums: readonly [string, () => number][] = [
      ['WASM', allBy((at) => kernels.checksum(at, length, 0))],
      ...natives.map((native): [string, () => number] => [
        nativeName(native),
        () => native.checksums(address, length, count),
      ]),
      ['JavaScript', allBy((at) => swap16(~sumOf(at, length) & 0xffff))],
    ];
    const [expected] = sums.map(([, work]) => work());
    for (const [subject, work] of sums)
      if (work() !== expected) throw new Error(`${subject} has other checksums than WASM`);

    const contestants: readonly Contestant[] = [
      ...sums,
      ...natives.map((native): [string, () => number] => [
        `memory read, ${native.family}`,
        () => native.reading(address, length, count),
      ]),
    ].map(([subject, work]) => ({
      name: subject,
      run: () => {
        work();
        return { items: count };
      },
    }));
    const figures = race(contestants, rounds).map((figure) =>
      figure.subject.startsWith('memory read') ? { ...figure, aside: true } : figure,
    );
    return { scenario: name, item: 'message', bytes: length, figures, notes: [] };
  },
});

/** Whole words, so that JavaScript may read them as such: the longest IP packet has three bytes more. */
const LONGEST = 65_532;

export const CHECKSUMS: readonly Scenario[] = [
  scenario('checksum of 64 bytes', 64),
  scenario('checksum of 1500 bytes', 1500),
  scenario('checksum of 9000 bytes', 9000),
  scenario('checksum of 64 KiB (65,532 bytes)', LONGEST),
];
