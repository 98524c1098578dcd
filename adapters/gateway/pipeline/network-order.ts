// Numbers as they stand in frames, read by a little-endian machine: that is how the kernels compare them.

export const swap16 = (value: number): number => ((value & 0xff) << 8) | ((value >>> 8) & 0xff);

/** As an unsigned word. */
export const swap32 = (value: number): number =>
  ((swap16(value) << 16) | swap16(value >>> 16)) >>> 0;
