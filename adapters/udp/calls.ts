// The calls of libc that datagram sockets need beside those of every device: socket(7), ip(7), udp(7), send(2),
// recvmmsg(2). Numbers are those of asm-generic, which x86-64 and arm64 share.

import { libc } from '../linux/libc.ts';

export const SOL_IP = 0;
export const SOL_SOCKET = 1;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const IP_TOS = 1;
export const IP_PKTINFO = 8;
export const IP_MTU_DISCOVER = 10;
export const IP_RECVERR = 11;
/** Don't Fragment is set, and the kernel's own opinion of the path's MTU is not asked: RFC 8899 wants to find it out. */
export const IP_PMTUDISC_PROBE = 3;
export const MSG_DONTWAIT = 0x40;
export const MSG_ERRQUEUE = 0x2000;

/** With C's conventions: -1, and `errno()` of `libc()`. Memory that is filled or read goes by its address. */
export interface SocketCalls {
  bind(descriptor: number, address: Uint8Array, length: number): number;
  getsockname(descriptor: number, address: Uint8Array, length: Uint8Array): number;
  setsockopt(
    descriptor: number,
    level: number,
    name: number,
    value: Uint8Array,
    length: number,
  ): number;
  sendmsg(descriptor: number, header: number, flags: number): number;
  recvmsg(descriptor: number, header: number, flags: number): number;
  recvmmsg(descriptor: number, headers: number, count: number, flags: number, wait: number): number;
}

let bound: SocketCalls | null = null;

/** The calls. Throws a sentence where they cannot be had. */
export const socketCalls = (): SocketCalls => {
  if (bound !== null) return bound;
  const { library } = libc();
  const message = ['int', 'uintptr_t', 'int'];
  bound = {
    bind: library.func('bind', 'int', ['int', 'void *', 'uint']) as SocketCalls['bind'],
    getsockname: library.func('getsockname', 'int', [
      'int',
      'void *',
      'void *',
    ]) as SocketCalls['getsockname'],
    setsockopt: library.func('setsockopt', 'int', [
      ...['int', 'int', 'int', 'void *', 'uint'],
    ]) as SocketCalls['setsockopt'],
    sendmsg: library.func('sendmsg', 'int', message) as SocketCalls['sendmsg'],
    recvmsg: library.func('recvmsg', 'int', message) as SocketCalls['recvmsg'],
    recvmmsg: library.func('recvmmsg', 'int', [
      ...['int', 'uintptr_t', 'uint', 'int', 'uintptr_t'],
    ]) as SocketCalls['recvmmsg'],
  };
  return bound;
};

/** Sets an option that is an `int`. Says whether it took. */
export const setOption = (
  descriptor: number,
  level: number,
  name: number,
  value: number,
): boolean => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return socketCalls().setsockopt(descriptor, level, name, bytes, bytes.length) === 0;
};
