// ONC RPC version 2 messages: RFC 5531 section 9. Offsets in bytes from the start of the message.
export const XID = 0;
export const MESSAGE_TYPE = 4;

export const RPC_VERSION = 8;
export const PROGRAM = 12;
export const VERSION = 16;
export const PROCEDURE = 20;
export const CREDENTIAL = 24;

export const REPLY_STATUS = 8;
export const REPLY_VERIFIER = 12;

export const CALL = 0;
export const REPLY = 1;
export const RPC_VERSION_2 = 2;

export const ACCEPTED = 0;
export const DENIED = 1;

export const SUCCESS = 0;
export const PROG_UNAVAIL = 1;
export const PROG_MISMATCH = 2;
export const PROC_UNAVAIL = 3;
export const GARBAGE_ARGS = 4;
export const SYSTEM_ERR = 5;

export const RPC_MISMATCH = 0;

export const AUTH_NONE = 0;
export const MAX_AUTH_LENGTH = 400;
