// The pcapng file format: draft-ietf-opsawg-pcapng. Block types, option codes, and offsets in bytes from
// the start of a block, shared by reader and writer.

export const SECTION_HEADER = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION = 1;
export const SIMPLE_PACKET = 3;
export const ENHANCED_PACKET = 6;

/** Section 3.1: type and total length before the body, the total length again after it. */
export const BLOCK_LENGTH = 4;
export const BODY = 8;
export const TRAILER_LENGTH = 4;
export const SMALLEST_BLOCK = BODY + TRAILER_LENGTH;

/** Section 4.1. */
export const SECTION_BYTE_ORDER = 8;
export const SECTION_MAJOR = 12;
export const SECTION_LENGTH = 16;
export const SECTION_OPTIONS = 24;
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
export const MAJOR_VERSION = 1;

/** Section 4.2. */
export const INTERFACE_LINK_TYPE = 8;
export const INTERFACE_SNAP_LENGTH = 12;
export const INTERFACE_OPTIONS = 16;
export const OPTION_END = 0;
export const OPTION_NAME = 2;
export const OPTION_RESOLUTION = 9;
export const OPTION_TIME_OFFSET = 14;

/** Section 4.3. */
export const ENHANCED_INTERFACE = 8;
export const ENHANCED_TIME_HIGH = 12;
export const ENHANCED_TIME_LOW = 16;
export const ENHANCED_CAPTURED_LENGTH = 20;
export const ENHANCED_ORIGINAL_LENGTH = 24;
export const ENHANCED_DATA = 28;

/** Section 4.4. */
export const SIMPLE_ORIGINAL_LENGTH = 8;
export const SIMPLE_DATA = 12;

/** Blocks, options and frames are padded to 32 bits. */
export const padded = (length: number): number => Math.ceil(length / 4) * 4;
