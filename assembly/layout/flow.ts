// The flow table as it lies in the kernels' memory: records, and the buckets that lead to them. Offsets in
// bytes. Addresses and ports stand as frames have them, in network order, so that a frame's words are
// compared as they come; everything else is little endian.

// A record: a connection of the cluster connection table. Numbered from 1; number 0 is none, and its
// place is the head of both rings of records.
export const RECORD_SIZE = 64;
// In this order, as in a packet's header the source's and the destination's are one word each for a node's
// packet to the host, and for the host's to the cluster.
export const NODE_ADDRESS = 0;
export const HOST_ADDRESS = 4;
export const CLUSTER_ADDRESS = 8;
export const NODE_PORT = 12;
export const HOST_PORT = 14;
export const CLUSTER_PORT = 16;
export const PROTOCOL = 18;
export const STATE = 19;
/** An index into the topology's nodes, or `GATEWAY_NODE`; 16 bits. */
export const NODE = 20;
/** Hops that the pipeline knows for each direction, 16 bits; 0: not known, the frame goes up to `decide`. */
export const INBOUND_HOP = 22;
export const OUTBOUND_HOP = 24;
/** TCP in `ANSWERED`, when nothing passes without `decide`: what the opener has to acknowledge, 32 bits. */
export const PROOF = 22;
/** Under which epoch the hops were learned: they are void under another; 16 bits. */
export const EPOCH = 26;
/** The ring in the order of opening; in a free record the next free one. */
export const NEXT = 28;
export const PREVIOUS = 32;
/** The ring of those not established, longest unheard first; a record that is not in it points to itself. */
export const FLEETING_NEXT = 36;
export const FLEETING_PREVIOUS = 40;
/** The chain of those for which both buckets of a direction were full. */
export const OVERFLOW_NEXT = 44;
/** Milliseconds, 64-bit floating point. */
export const OPENED_AT = 48;
export const LAST_SEEN = 56;

export const GATEWAY_NODE = 0xffff;

// The byte of the state.
export const PHASE_MASK = 0x07;
export const OPENING = 0;
export const ANSWERED = 1;
export const ESTABLISHED = 2;
export const HALF_CLOSED = 3;
export const CLOSING = 4;
export const RESET = 5;
export const ONE_WAY = 6;
export const TWO_WAY = 7;
export const CLOSED_BY_MASK = 0x18;
export const CLOSED_BY_HOST = 0x08;
export const CLOSED_BY_NODE = 0x10;
export const OPENED_BY_NODE = 0x20;
/** The host sees the address that the node does. */
export const UNTRANSLATED = 0x40;
export const IN_USE = 0x80;

// A bucket: tags of 32 bits (0: the lane is empty), then the numbers of their records.
export const BUCKET_SIZE = 64;
export const LANES = 8;
export const TAGS = 0;
export const RECORDS = 32;
