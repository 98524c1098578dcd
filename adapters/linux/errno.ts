// Error numbers of Linux and what they mean to people (asm-generic/errno.h; errno(3)).
import { getSystemErrorMap } from 'node:util';

export const EPERM = 1;
export const ENOENT = 2;
export const ESRCH = 3;
export const EINTR = 4;
export const EIO = 5;
export const ENXIO = 6;
export const EBADF = 9;
export const EAGAIN = 11;
export const EACCES = 13;
export const EFAULT = 14;
export const EBUSY = 16;
export const EEXIST = 17;
export const ENODEV = 19;
export const EINVAL = 22;
export const ENOTTY = 25;
export const ENOSYS = 38;
export const ETIME = 62;
export const EBADFD = 77;
export const EMSGSIZE = 90;
export const EADDRINUSE = 98;
export const EADDRNOTAVAIL = 99;
export const ENETDOWN = 100;
export const ENOBUFS = 105;
export const ECONNREFUSED = 111;
export const ECANCELED = 125;

/** An error number as people read it: `EPERM, operation not permitted`. */
export const explainErrno = (errno: number): string => {
  const known = getSystemErrorMap().get(-errno);
  return known === undefined ? `error ${errno}` : `${known[0]}, ${known[1]}`;
};
