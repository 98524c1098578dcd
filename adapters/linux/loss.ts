// What an error number of read(2) or write(2) on a device says of it: drivers/net/tun.c, packet(7).
import type { Loss } from '../device.ts';
import { EBADF, EBADFD, EFAULT, EINVAL, EIO } from './errno.ts';
import { EMSGSIZE, ENETDOWN, ENODEV, ENXIO } from './errno.ts';

/** The interface was deleted: a TAP's descriptor says so in several ways, a packet socket by ENXIO and ENODEV. */
export const isGone = (errno: number): boolean =>
  errno === EBADFD || errno === EBADF || errno === ENODEV || errno === ENXIO || errno === EFAULT;

/** Why a frame was not written; what is not told apart has no room or no memory, which may pass. */
export const lossOf = (errno: number): Loss => {
  if (isGone(errno)) return 'gone';
  if (errno === EIO || errno === ENETDOWN) return 'down';
  // Shorter than an Ethernet header, longer than the MTU, or with a header of offloads that does not fit it.
  return errno === EINVAL || errno === EMSGSIZE ? 'refused' : 'full';
};
