// An interface as its own namespace sees it, by sockets that stay there: looking needs no privilege, and no
// entering of the namespace again. netdevice(7); rtnetlink(7) tells when something changed.
import * as E from 'fp-ts/lib/Either.js';
import { EAGAIN, explainErrno } from './errno.ts';
import { interfaceIndex, interfaceRequest } from './interface.ts';
import {
  AF_INET,
  AF_NETLINK,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  libc,
} from './libc.ts';

const SIOCGIFNAME = 0x8910;
const SIOCGIFFLAGS = 0x8913;
const SIOCGIFMTU = 0x8921;
const IFREQ_VALUE = 16;
const IFF_UP = 0x1;
const IFF_RUNNING = 0x40;
const NETLINK_ROUTE = 0;
const RTMGRP_LINK = 1;
/** `struct sockaddr_nl`: family, then the process, 0 for the kernel to choose, and the groups. */
const NETLINK_ADDRESS = 12;
const GROUPS = 8;

/** `down`: set so, or without a carrier. `gone`: deleted, or moved to another namespace. */
export interface Seen {
  readonly state: 'up' | 'down' | 'gone';
  /** Largest IP packet, bytes; 0 of one that is gone. */
  readonly mtu: number;
}

export interface Sight {
  look(): Seen;
  /** Can be read when something changed in the namespace; -1: the kernel does not tell, one has to look. */
  readonly bell: number;
  /** Takes what the bell has: it does not say what changed. */
  hush(): void;
  close(): void;
}

const GONE: Seen = { state: 'gone', mtu: 0 };

/** A socket that hears of changes of interfaces in the calling thread's namespace; -1: it cannot be had. */
const openBell = (): number => {
  const c = libc();
  const bell = c.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (bell < 0) return -1;
  const address = Buffer.alloc(NETLINK_ADDRESS);
  address.writeUInt16LE(AF_NETLINK, 0);
  address.writeUInt32LE(RTMGRP_LINK, GROUPS);
  if (c.bind(bell, address, address.length) >= 0) return bell;
  c.close(bell);
  return -1;
};

/** Looks at the interface `name` of the calling thread's namespace: at this one, whatever it is called later. */
export const sightOf = (name: string): E.Either<string, Sight> => {
  const c = libc();
  const index = interfaceIndex(name);
  if (E.isLeft(index)) return index;
  const socket = c.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return E.left(`cannot watch ${name} (${explainErrno(c.errno())})`);
  const bell = openBell();
  const notes = Buffer.alloc(8192);

  const look = (): Seen => {
    const request = interfaceRequest('');
    request.writeInt32LE(index.right, IFREQ_VALUE);
    // Asked by its number, the kernel puts the name that it has now where the next requests need it.
    if (c.ioctl(socket, SIOCGIFNAME, request) < 0) return GONE;
    if (c.ioctl(socket, SIOCGIFFLAGS, request) < 0) return GONE;
    const flags = request.readUInt16LE(IFREQ_VALUE);
    if (c.ioctl(socket, SIOCGIFMTU, request) < 0) return GONE;
    const isUp = (flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) !== 0;
    return { state: isUp ? 'up' : 'down', mtu: request.readInt32LE(IFREQ_VALUE) };
  };

  return E.right({
    look,
    bell,
    hush: () => {
      // Too many notes at once are an error, once (ENOBUFS): it goes with being read.
      while (c.read(bell, c.addressOf(notes), notes.length) > 0 || c.errno() !== EAGAIN);
    },
    close: () => {
      c.close(socket);
      if (bell >= 0) c.close(bell);
    },
  });
};
