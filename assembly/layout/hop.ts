// A hop: a next hop that decisions led to, and how frames get there. Numbered from 1; 0 is none. Offsets in
// bytes; little endian, but for what stands as it does in a frame.
export const SIZE = 64;
/** The Ethernet header of frames to it, 14 bytes as they are written. */
export const HEADER = 0;
/** Whether there is an address in it, 8 bits: it may be known and not believed any more. */
export const KNOWN = 14;
/** Whether the device there has offloads, 8 bits. */
export const OFFLOADS = 15;
/** The link that it is on, 16 bits, and the largest IP packet there. */
export const EGRESS = 16;
export const MTU = 20;
/** From when on its address must be confirmed, milliseconds, 64-bit floating point. */
export const BELIEVED_UNTIL = 24;
