// Ethernet II header: IEEE 802.3 clause 3. Offsets in bytes from the start of the frame.
export const DESTINATION = 0;
export const SOURCE = 6;
export const ETHER_TYPE = 12;
export const HEADER_LENGTH = 14;

export const ETHER_TYPE_IPV4 = 0x0800;
export const ETHER_TYPE_ARP = 0x0806;
export const ETHER_TYPE_IPV6 = 0x86dd;
