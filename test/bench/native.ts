// The native reference: C of ./native, compiled when the bench runs, at work on the memory of the kernels.

import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Koffi from 'koffi';
import { libc } from '../../adapters/linux/libc.ts';
import { layoutHeader } from './layout-header.ts';
import type { Batch, Places } from './places.ts';
import { ROOT } from './root.ts';

/** The names that distributions give their compilers; of a family that has several, the first counts. */
const COMMANDS = ['clang', 'clang-21', 'clang-20', 'clang-19', 'clang-18', 'gcc'];
const FLAGS = ['-std=gnu11', '-O3', '-march=native', '-shared', '-fPIC', '-w'];
const SOURCES = join(ROOT, 'test/bench/native');

export interface Compiler {
  readonly command: string;
  readonly family: 'clang' | 'gcc';
  /** The first line of what it says of itself. */
  readonly version: string;
}

const versionOf = (command: string): string | null => {
  try {
    const said = execFileSync(command, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return said.split('\n')[0] ?? '';
  } catch {
    return null;
  }
};

/** The compilers that this machine has, one of a family. */
export const compilers = (): readonly Compiler[] => {
  const found = COMMANDS.flatMap((command): readonly Compiler[] => {
    const version = versionOf(command);
    if (version === null) return [];
    return [{ command, family: version.includes('clang') ? 'clang' : 'gcc', version }];
  });
  return found.filter(
    ({ family }, index) => found.findIndex((one) => one.family === family) === index,
  );
};

/** A reference that was compiled: who did it, and the shared library. */
export interface Compiled {
  readonly family: Compiler['family'];
  readonly library: string;
}

/** Compiles the reference into a folder. Throws what the compiler says. */
export const compile = ({ command, family }: Compiler, folder: string): Compiled => {
  writeFileSync(join(folder, 'layout.h'), layoutHeader());
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.c'));
  const paths = sources.map((name) => join(SOURCES, name));
  const library = join(folder, `reference-${family}.so`);
  execFileSync(command, [...FLAGS, `-I${folder}`, ...paths, '-o', library], { stdio: 'pipe' });
  return { family, library };
};

/** What the reference does. Places in memory are addresses in the process. */
export interface Native {
  readonly family: Compiler['family'];
  readonly repeatBatches: (
    gateway: BigUint64Array,
    batches: BigUint64Array,
    count: number,
    now: number,
    verify: boolean,
    /** Null, or slots that each batch is copied from right before; only then `took` gets nanoseconds. */
    pristine: Uint8Array | null,
    took: Float64Array,
  ) => number;
  readonly checksums: (at: number, length: number, count: number) => number;
  readonly reading: (at: number, length: number, count: number) => number;
  readonly expired: (
    records: number,
    count: number,
    found: number,
    now: number,
    tcpTransitory: number,
    tcpEstablished: number,
    udp: number,
    icmp: number,
  ) => number;
}

export const load = ({ family, library }: Compiled): Native => {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  const loaded = koffi.load(library);
  const sums = ['uintptr_t', 'uint32_t', 'uint32_t'];
  const pointer = 'const void *';
  const repeats = [pointer, pointer, 'uint32_t', 'double', 'bool', pointer, 'void *'];
  const ages = ['uintptr_t', 'uint32_t', 'uintptr_t', ...Array<string>(5).fill('double')];
  return {
    family,
    repeatBatches: loaded.func('repeatBatches', 'uint32_t', repeats) as Native['repeatBatches'],
    checksums: loaded.func('checksums', 'uint32_t', sums) as Native['checksums'],
    reading: loaded.func('reading', 'uint32_t', sums) as Native['reading'],
    expired: loaded.func('expired', 'uint32_t', ages) as Native['expired'],
  };
};

/** `struct gateway` of native/gateway.h, for a memory. */
export const gatewayWords = (memory: Uint8Array, places: Places): BigUint64Array => {
  const { links, nodes, hops, directory, directoryLast } = places;
  const { records, outside, inside, bucketsLast, shift, keys } = places;
  const words = [
    ...[libc().addressOf(memory), links, nodes, hops, directory, directoryLast],
    ...[records, outside, inside, bucketsLast, shift],
  ];
  return new BigUint64Array([...words.map(BigInt), ...keys]);
};

/** `struct batch`, one for each. */
export const batchWords = (batches: readonly Batch[]): BigUint64Array =>
  new BigUint64Array(
    batches.flatMap(({ ingress, count, slots, stride, lengths, egresses }) =>
      [ingress, count, slots, stride, lengths, egresses].map(BigInt),
    ),
  );
