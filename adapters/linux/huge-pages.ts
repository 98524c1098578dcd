// Memory in huge pages (madvise(2), Documentation/admin-guide/mm/transhuge.rst): tables of many megabytes are
// read at random, and with pages of 4 KiB each read asks for its page first.

import { libc } from './libc.ts';

/** asm-generic/mman-common.h. */
const MADV_HUGEPAGE = 14;
const HUGE_PAGE = 2 * 1024 * 1024;

/**
 * Asks the kernel to use huge pages for `bytes`, as far as they were not touched yet. A wish: where it cannot
 * be had (another system, no koffi, switched off), everything works as before.
 */
export const wantHugePages = (bytes: Uint8Array): void => {
  if (process.platform !== 'linux') return;
  try {
    const system = libc();
    const madvise = system.library.func('madvise', 'int', ['uintptr_t', 'size_t', 'int']);
    const address = system.addressOf(bytes);
    const start = Math.ceil(address / HUGE_PAGE) * HUGE_PAGE;
    const end = address + bytes.length;
    if (end > start) madvise(start, end - start, MADV_HUGEPAGE);
  } catch {
    // Whoever needs the system for more than a wish will say what is wrong with it.
  }
};
