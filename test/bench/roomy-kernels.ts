// Kernels whose memory is large from the start. Where a memory grows, the engine gives up what it assumes of
// all arrays of bytes, that nobody takes their bytes away, and JavaScript reads them a fifth slower: of that
// the reference in JavaScript is spared.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Kernels } from '../../adapters/gateway/kernels.ts';
import { kernelsOf } from '../../adapters/gateway/kernels.ts';
import { wantHugePages } from '../../adapters/linux/huge-pages.ts';

const PAGE = 65536;
/** A module begins with eight bytes; then come sections, each with its number and length. */
const HEADER = 8;
const MEMORY_SECTION = 5;

/** An unsigned number in LEB128, and how many bytes it takes. */
const readNumber = (bytes: Uint8Array, at: number): readonly [value: number, size: number] => {
  let value = 0;
  for (let size = 0; ; size++) {
    const byte = bytes[at + size] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * size);
    if (byte < 0x80) return [value, size + 1];
  }
};

const numberOf = (value: number): readonly number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...numberOf(Math.floor(value / 0x80))];

/** The module with a memory of so many pages at first, and no limit. */
export const withPages = (module: Uint8Array, pages: number): Uint8Array => {
  for (let at = HEADER; at < module.length;) {
    const [length, size] = readNumber(module, at + 1);
    const after = at + 1 + size + length;
    if (module[at] === MEMORY_SECTION) {
      const memory = [1, 0, ...numberOf(pages)];
      const section = [MEMORY_SECTION, ...numberOf(memory.length), ...memory];
      return Uint8Array.from([...module.subarray(0, at), ...section, ...module.subarray(after)]);
    }
    at = after;
  }
  throw new Error('the module has no memory of its own');
};

/** A fresh instance with a memory of at least so many bytes. */
export const roomyKernels = (bytes: number): Kernels => {
  const file = createRequire(import.meta.url).resolve('#kernels.wasm');
  const kernels = kernelsOf(withPages(readFileSync(file), Math.ceil(bytes / PAGE)));
  wantHugePages(new Uint8Array(kernels.memory.buffer));
  return kernels;
};
