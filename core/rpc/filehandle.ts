// Where a filehandle carries the number of the node that holds the file (A17; figure 9, field 915).

import type { ReadonlyBytes } from '../wire/bytes.ts';

export interface FilehandleField {
  /** Bytes from the start of the handle. */
  readonly offset: number;
  /** 1 to 4 bytes. */
  readonly size: number;
  readonly order: 'big' | 'little';
}

/** Fields of servers that are known. */
export const PRESETS = {
  /** nfs-ganesha: `Export_Id`, which each node sets to its number. */
  ganesha: { offset: 2, size: 2, order: 'big' },
  /** The Linux kernel's server with `fsid=` the node number; in the server's own order, here that of x86. */
  knfsd: { offset: 4, size: 4, order: 'little' },
  /**
   * unfs3 leaves no field free: its handle begins with the device number of the file system, in the
   * server's own order. This works where those device numbers are made equal to the node numbers.
   */
  unfs3: { offset: 0, size: 4, order: 'little' },
  /**
   * The 32-byte handle of the document, whose field it does not place. Here: in its last word, where a
   * server that has less than 32 bytes to say leaves zeros.
   */
  seed: { offset: 28, size: 2, order: 'big' },
} as const satisfies Readonly<Record<string, FilehandleField>>;

export type FilehandlePreset = keyof typeof PRESETS;

export const NO_NODE_NUMBER = -1;

/** The number in `field` of the handle of `length` bytes at `at`; -1 when the handle ends before the field. */
export const nodeNumberIn = (
  bytes: ReadonlyBytes,
  at: number,
  length: number,
  { offset, size, order }: FilehandleField,
): number => {
  if (offset + size > length) return NO_NODE_NUMBER;
  let number = 0;
  for (let index = 0; index < size; index++) {
    const from = order === 'big' ? index : size - 1 - index;
    number = number * 256 + (bytes[at + offset + from] as number);
  }
  return number;
};
