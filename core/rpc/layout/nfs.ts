// NFS version 2 (RFC 1094), version 3 (RFC 1813), and NFS_ACL, which shares their port.
export const PROGRAM = 100003;
export const ACL_PROGRAM = 100227;
export const VERSION_2 = 2;
export const VERSION_3 = 3;

// A filehandle: fixed in version 2, at most in version 3, bytes.
export const HANDLE_LENGTH_2 = 32;
export const MAX_HANDLE_LENGTH_3 = 64;

// Both versions.
export const OK = 0;
export const ERR_IO = 5;
export const ERR_ACCES = 13;
export const ERR_STALE = 70;
// Version 3 only.
export const ERR_BADHANDLE = 10001;
export const ERR_SERVERFAULT = 10006;
export const ERR_JUKEBOX = 10008;
