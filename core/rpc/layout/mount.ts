// The MOUNT program: RFC 1094 appendix A (version 1), RFC 1813 section 5 (version 3).
export const PROGRAM = 100005;
export const VERSION_1 = 1;
export const VERSION_2 = 2;
export const VERSION_3 = 3;

export const NULL = 0;
export const MNT = 1;
export const DUMP = 2;
export const UMNT = 3;
export const UMNTALL = 4;
export const EXPORT = 5;
// Versions 1 and 2, as rpcsvc/mount.x has it: the same as EXPORT.
export const EXPORTALL = 6;
// Version 2, which is version 1 and this.
export const PATHCONF = 7;

export const MAX_PATH_LENGTH = 1024;
export const MAX_NAME_LENGTH = 255;

// Version 1 has error numbers of UNIX, version 3 gives those it has the same values.
export const OK = 0;
export const PERM = 1;
export const NOENT = 2;
export const IO = 5;
export const ACCES = 13;
export const NOTDIR = 20;
export const INVAL = 22;
export const NAMETOOLONG = 63;
// Version 3 only.
export const NOTSUPP = 10004;
export const SERVERFAULT = 10006;
