// A link, as far as the pipeline needs it; found by its number. Offsets in bytes; addresses and masks as they
// stand in frames.
export const SIZE = 64;
/** The first eight bytes of a frame, those under the mask, are these: it is for the gateway. */
export const MAC = 0;
export const MAC_MASK = 8;
export const PREFIX = 16;
export const NETMASK = 20;
/** On a network: the cluster's address, and the router's, 0 for none. */
export const ADDRESS = 24;
export const ROUTER = 28;
/** 32 bits; see below. */
export const FLAGS = 32;

/** Frames of it are looked at: it is there, and they have an Ethernet header. */
export const SERVED = 1;
/** Its device speaks of checksums and segments: {@link ./offload.ts}. */
export const OFFLOADS = 2;

// The numbers of the links (core/decision/topology.ts).
export const INTERCONNECT = 0;
export const FIRST_NETWORK = 2;
