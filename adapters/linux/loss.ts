// What an error of reading or writing a device means for a frame, or for the device.
import type { Written } from '../device.ts';
import { EBADF, EBADFD, EFAULT, EINVAL, EIO, EMSGSIZE, ENETDOWN, ENODEV, ENXIO } from './errno.ts';

/** Why a frame was lost. */
export type Loss = Exclude<Written, 'sent'>;

/** The interface was deleted: a TAP's descriptor says so in several ways, a packet socket by ENXIO and ENODEV. */
export const isGone = (errno: number): boolean =>
  errno === EBADFD || errno === EBADF || errno === ENODEV || errno === ENXIO || errno === EFAULT;

/** What a failed write means; what is not told apart has no room or no memory, which may pass. */
export const lossOf = (errno: number): Loss => {
  if (isGone(errno)) return 'gone';
  if (errno === EIO || errno === ENETDOWN) return 'down';
  // Shorter than an Ethernet header, longer than the MTU, or of a header that does not fit the frame.
  return errno === EINVAL || errno === EMSGSIZE ? 'refused' : 'full';
};
