// System calls of Linux through libc and koffi (man pages section 2), loaded when first needed: commands
// that use no device work without koffi. Constants are those of asm-generic, which x86-64 and arm64 share.
import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';

export const O_RDONLY = 0;
export const O_RDWR = 2;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const POLLIN = 0x001;
export const POLLERR = 0x008;
export const POLLHUP = 0x010;
export const POLLNVAL = 0x020;
export const EFD_CLOEXEC = O_CLOEXEC;
export const EFD_NONBLOCK = O_NONBLOCK;
export const AF_INET = 2;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_CLOEXEC = O_CLOEXEC;
export const SOCK_NONBLOCK = O_NONBLOCK;
export const SOL_SOCKET = 1;
export const F_SETFD = 2;
export const FD_CLOEXEC = 1;
export const CLONE_NEWUSER = 0x10000000;
export const CLONE_NEWNET = 0x40000000;

/**
 * The calls, with C's conventions: -1 and `errno()` on failure. Memory is given as a numeric address,
 * which costs the least; the owner of the memory must keep it alive.
 */
export interface Libc {
  open(path: string, flags: number): number;
  close(descriptor: number): number;
  read(descriptor: number, address: number, length: number): number;
  write(descriptor: number, address: number, length: number): number;
  /** `argument` is what the request reads and writes. */
  ioctl(descriptor: number, request: number, argument: Uint8Array): number;
  /** Sleeps in the kernel; `timeout` in ms, -1 for ever. */
  poll(address: number, count: number, timeout: number): number;
  /** The same where the argument is a number. */
  ioctlNumber(descriptor: number, request: number, argument: number): number;
  /** On a thread of libuv's pool, so that the event loop goes on; `timeout` in ms, -1 for ever. */
  pollAsync(address: number, count: number, timeout: number): Promise<number>;
  fcntl(descriptor: number, command: number, argument: number): number;
  eventfd(initial: number, flags: number): number;
  socket(domain: number, type: number, protocol: number): number;
  /** Of sockets: `address` and `value` are what the kernel reads or writes, `length` their size, bytes. */
  bind(descriptor: number, address: Uint8Array, length: number): number;
  getsockname(descriptor: number, address: Uint8Array, length: Uint8Array): number;
  setsockopt(
    descriptor: number,
    level: number,
    option: number,
    value: Uint8Array,
    length: number,
  ): number;
  getsockopt(
    descriptor: number,
    level: number,
    option: number,
    value: Uint8Array,
    length: Uint8Array,
  ): number;
  /** Both concern the calling thread alone. */
  setns(descriptor: number, kind: number): number;
  unshare(flags: number): number;
  /** Of the last call; ask at once, before anything else runs. */
  errno(): number;
  /** Where the bytes lie in the process; valid as long as `bytes` is alive and not detached. */
  addressOf(bytes: Uint8Array): number;
  /** Other functions of libc, for the few that need them. */
  readonly library: Koffi.LibraryHandle;
}

const bind = (): Libc => {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  // The program itself: Node is linked with its libc, whatever file that is on this system.
  const library = koffi.load(null);
  const poll = library.func('poll', 'int', ['uintptr_t', 'unsigned long', 'int']);
  return {
    open: library.func('open', 'int', ['str', 'int']) as Libc['open'],
    close: library.func('close', 'int', ['int']) as Libc['close'],
    read: library.func('read', 'int', ['int', 'uintptr_t', 'size_t']) as Libc['read'],
    write: library.func('write', 'int', ['int', 'uintptr_t', 'size_t']) as Libc['write'],
    ioctl: library.func('ioctl', 'int', ['int', 'unsigned long', 'void *']) as Libc['ioctl'],
    poll: poll as Libc['poll'],
    ioctlNumber: library.func('ioctl', 'int', [
      'int',
      'unsigned long',
      'unsigned long',
    ]) as Libc['ioctlNumber'],
    pollAsync: (address, count, timeout) =>
      new Promise((resolve, reject) => {
        poll.async(address, count, timeout, (error: Error | null, ready: number) =>
          error === null ? resolve(ready) : reject(error),
        );
      }),
    fcntl: library.func('fcntl', 'int', ['int', 'int', 'long']) as Libc['fcntl'],
    eventfd: library.func('eventfd', 'int', ['uint', 'int']) as Libc['eventfd'],
    socket: library.func('socket', 'int', ['int', 'int', 'int']) as Libc['socket'],
    bind: library.func('bind', 'int', ['int', 'void *', 'uint']) as Libc['bind'],
    getsockname: library.func('getsockname', 'int', [
      'int',
      'void *',
      'void *',
    ]) as Libc['getsockname'],
    setsockopt: library.func('setsockopt', 'int', [
      'int',
      'int',
      'int',
      'void *',
      'uint',
    ]) as Libc['setsockopt'],
    getsockopt: library.func('getsockopt', 'int', [
      'int',
      'int',
      'int',
      'void *',
      'void *',
    ]) as Libc['getsockopt'],
    setns: library.func('setns', 'int', ['int', 'int']) as Libc['setns'],
    unshare: library.func('unshare', 'int', ['int']) as Libc['unshare'],
    errno: () => koffi.errno(),
    addressOf: (bytes) => Number(koffi.address(bytes)),
    library,
  };
};

let bound: Libc | null = null;

/** The calls. Throws a sentence where they cannot be had: not Linux, or koffi has no build for it. */
export const libc = (): Libc => {
  if (bound !== null) return bound;
  if (process.platform !== 'linux')
    throw new Error(`TAP devices and namespaces are Linux's; this is ${process.platform}`);
  try {
    bound = bind();
  } catch (error) {
    throw new Error(
      `koffi, which calls the kernel, does not load on this machine (${String(error)}): run npm ci here`,
      { cause: error },
    );
  }
  return bound;
};

/** What was thrown, as a sentence. */
export const sentence = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
