// ICMP: RFC 792, RFC 1191. Offsets in bytes from the start of the ICMP message.
export const TYPE = 0;
export const CODE = 1;
export const CHECKSUM = 2;
export const REST = 4;
export const IDENTIFIER = 4;
export const SEQUENCE = 6;
export const NEXT_HOP_MTU = 6;
export const HEADER_LENGTH = 8;

export const ECHO_REPLY = 0;
export const DESTINATION_UNREACHABLE = 3;
export const SOURCE_QUENCH = 4;
export const REDIRECT = 5;
export const ECHO_REQUEST = 8;
export const TIME_EXCEEDED = 11;
export const PARAMETER_PROBLEM = 12;

export const CODE_NET_UNREACHABLE = 0;
export const CODE_HOST_UNREACHABLE = 1;
export const CODE_PROTOCOL_UNREACHABLE = 2;
export const CODE_PORT_UNREACHABLE = 3;
export const CODE_FRAGMENTATION_NEEDED = 4;
export const CODE_ADMINISTRATIVELY_PROHIBITED = 13;
export const CODE_TTL_EXCEEDED = 0;
export const CODE_REASSEMBLY_TIME_EXCEEDED = 1;
