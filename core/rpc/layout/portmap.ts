// The port mapper, version 2: RFC 1833 section 3. RPCBIND, versions 3 and 4: RFC 1833 section 2.
export const PROGRAM = 100000;
export const VERSION_2 = 2;
export const VERSION_3 = 3;
export const VERSION_4 = 4;

export const NULL = 0;
export const SET = 1;
export const UNSET = 2;
export const GETPORT = 3;
export const DUMP = 4;
export const CALLIT = 5;

// Versions 3 and 4: as above, but for these.
export const GETADDR = 3;
export const GETTIME = 6;
export const UADDR2TADDR = 7;
export const TADDR2UADDR = 8;

// Version 4 only.
export const BCAST = 5;
export const GETVERSADDR = 9;
export const INDIRECT = 10;
export const GETADDRLIST = 11;
export const GETSTAT = 12;

// The argument of GETPORT. Offsets in bytes from its start.
export const MAPPING_PROGRAM = 0;
export const MAPPING_VERSION = 4;
export const MAPPING_PROTOCOL = 8;
export const MAPPING_PORT = 12;
export const MAPPING_LENGTH = 16;

// The argument of GETADDR. Offsets in bytes from its start; strings follow.
export const RPCB_PROGRAM = 0;
export const RPCB_VERSION = 4;
export const RPCB_NETID = 8;

// Kinds of transport: nc_semantics of netconfig(5), as GETADDRLIST has them.
export const CONNECTIONLESS = 1;
export const CONNECTION_ORIENTED = 2;
export const CONNECTION_ORDERLY = 3;

// RFC 1833 gives no bounds; a netid is a word, an address of RFC 5665 less than 60 characters.
export const MAX_TEXT_LENGTH = 255;
