// A slot: the place of a frame in the kernels' memory. Offsets in bytes from the start of the slot. All
// headers of most packets lie in one line of the cache: 10 + 14 + 20 + 20 bytes.

/** What a device says of the frame besides, where it says something: {@link ./offload.ts}. */
export const OFFLOAD = 0;
export const ETHERNET = 10;
/** The IP packet. What has no Ethernet header starts here, so that it can gain one without moving. */
export const PACKET = 24;
