// UDP header: RFC 768. Offsets in bytes from the start of the header.
export const SOURCE_PORT = 0;
export const DESTINATION_PORT = 2;
export const LENGTH = 4;
export const CHECKSUM = 6;
export const HEADER_LENGTH = 8;
