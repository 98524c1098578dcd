// The directory: what addresses and ports are for. Entries of 16 bytes in open addressing: a key of 64 bits
// (0: empty) and a value of 64 bits. The kind of a key stands in its highest byte.
export const ENTRY_SIZE = 16;
export const KEY = 0;
export const VALUE = 8;

// Low half of the key, and the value.
/** An address as it stands in frames; its role. */
export const OF_ADDRESS = 1;
/** Port as it stands in frames, above it the protocol; a service. */
export const OF_SERVICE = 2;
/** The same, and the node in the bits from 32 on; a service. */
export const OF_NODE_PORT = 3;
/** A node's number, which filehandles carry; its index + 1. */
export const OF_NODE_NUMBER = 4;
/** An address, and the link in the bits from 32 on; a hop. */
export const OF_HOP = 5;

// Roles of an address.
export const CLUSTER = 0x10000;
export const BROADCAST = 0x20000;
/** And the index of the node in the 16 bits below. */
export const NODE = 0x40000;

// A service: in the lowest 16 bits a port as it stands in frames, that on the node (OF_SERVICE) or that of
// the cluster (OF_NODE_PORT); above it the node; then what it is.
export const NODE_SHIFT = 16;
export const KIND_SHIFT = 32;
export const KIND_MASK = 7;
/** `decide` has all of its messages. */
export const DECIDED = 1;
/** One node, named here. */
export const SOLE_NODE = 2;
/** Only entries of the connection table lead to a node. */
export const BY_CONNECTION = 3;
/** The filehandle in the message names the node. */
export const BY_FILEHANDLE = 4;
/** The packet is left as it is: only the frame is readdressed (A14). */
export const DIRECT_SHIFT = 35;
// Where a filehandle carries the number: offset, bytes, and whether the least significant is the first.
export const FIELD_OFFSET_SHIFT = 40;
export const FIELD_SIZE_SHIFT = 48;
export const FIELD_LITTLE_SHIFT = 52;
