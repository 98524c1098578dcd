// A node of the cluster, found by its index. Offsets in bytes.
export const SIZE = 16;
/** The hop of its address on the interconnect, 16 bits; 0: none yet. */
export const HOP = 0;
/** Itself, or its backup where it is down, 16 bits; `NOBODY`: nobody takes its messages. */
export const OPERATING = 2;
/** 8 bits. */
export const DOWN = 4;
/** Its address, as it stands in frames. */
export const ADDRESS = 8;

export const NOBODY = 0xffff;
