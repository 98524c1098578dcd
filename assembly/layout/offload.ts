// What a device tells of a frame, or is told, so that work is left to it: the header of virtio network
// devices without the number of buffers (VIRTIO 1.2 section 5.1.6; linux/virtio_net.h). Little endian.
export const FLAGS = 0;
export const GSO_TYPE = 1;
export const HEADER_LENGTH = 2;
export const GSO_SIZE = 4;
/** Where the checksummed bytes start in the frame, and where in them the checksum is. */
export const CHECKSUM_START = 6;
export const CHECKSUM_OFFSET = 8;
export const LENGTH = 10;

/** The checksum field holds the sum of the pseudo header, not inverted: the rest is to be added. */
export const NEEDS_CHECKSUM = 1;

// A frame that is to be cut into several, each with `GSO_SIZE` bytes of data.
export const GSO_NONE = 0;
export const GSO_TCP_IPV4 = 1;
export const GSO_UDP = 5;
/** Congestion was notified: a bit beside the type. */
export const GSO_ECN = 0x80;
