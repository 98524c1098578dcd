// ARP for IPv4 over Ethernet: RFC 826. Offsets in bytes from the start of the ARP packet.
export const HARDWARE_TYPE = 0;
export const PROTOCOL_TYPE = 2;
export const HARDWARE_LENGTH = 4;
export const PROTOCOL_LENGTH = 5;
export const OPERATION = 6;
export const SENDER_MAC = 8;
export const SENDER_ADDRESS = 14;
export const TARGET_MAC = 18;
export const TARGET_ADDRESS = 24;
export const LENGTH = 28;

export const HARDWARE_ETHERNET = 1;
export const PROTOCOL_IPV4 = 0x0800;
export const OPERATION_REQUEST = 1;
export const OPERATION_REPLY = 2;
