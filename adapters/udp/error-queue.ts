// What the path said of datagrams sent earlier: the error queue of a socket, IP_RECVERR of ip(7); ICMP types
// and codes of RFC 792 and RFC 1191.

import { EMSGSIZE, ECONNREFUSED } from '../linux/errno.ts';
import { libc } from '../linux/libc.ts';
import { IP_RECVERR, MSG_DONTWAIT, MSG_ERRQUEUE, SOL_IP, socketCalls } from './calls.ts';
import type { Ipv4Endpoint } from './endpoint.ts';
import { SOCKADDR_LENGTH, endpointAt } from './endpoint.ts';
import { CONTROL_STRIDE, controlMessages, makeHeaders } from './message-header.ts';

/** `to` is where the datagram was to go. */
export type PathError =
  /** Longer than a link of the path carries: `mtu` bytes, as the router or the own interface says. */
  | { readonly kind: 'too-long'; readonly to: Ipv4Endpoint; readonly mtu: number }
  /** Nobody listens there: ICMP port unreachable. */
  | { readonly kind: 'refused'; readonly to: Ipv4Endpoint }
  /** No way there: the other ICMP errors, and the kernel's own. */
  | { readonly kind: 'unreachable'; readonly to: Ipv4Endpoint };

/** Places in `struct sock_extended_err`. */
const ERRNO = 0;
const INFO = 8;
const EXTENDED_ERROR_LENGTH = 16;
/** Most errors taken with one call: a flood of them must not hold up the rest. */
const MOST = 64;

const errorOf = (value: Buffer, to: Ipv4Endpoint): PathError | null => {
  if (value.length < EXTENDED_ERROR_LENGTH) return null;
  const errno = value.readUInt32LE(ERRNO);
  if (errno === EMSGSIZE) return { kind: 'too-long', to, mtu: value.readUInt32LE(INFO) };
  return errno === ECONNREFUSED ? { kind: 'refused', to } : { kind: 'unreachable', to };
};

/** Reads the error queue of a socket, `MOST` at a time. */
export const makeErrorReader = (
  descriptor: number,
): ((hear: (error: PathError) => void) => void) => {
  const calls = socketCalls();
  const headers = makeHeaders(1, SOCKADDR_LENGTH);
  // The datagram itself comes along; nobody needs it, and it may be cut off.
  const ignored = Buffer.alloc(8);
  const address = libc().addressOf(ignored);
  return (hear) => {
    for (let taken = 0; taken < MOST; taken++) {
      headers.aim(0, address, ignored.length, CONTROL_STRIDE);
      if (calls.recvmsg(descriptor, headers.address, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
      const to = endpointAt(headers.names, 0);
      for (const { level, type, value } of controlMessages(
        headers.controls,
        0,
        headers.controlLength(0),
      )) {
        const error = level === SOL_IP && type === IP_RECVERR ? errorOf(value, to) : null;
        if (error !== null) hear(error);
      }
    }
  };
};
