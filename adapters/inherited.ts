// A descriptor that the process was started with, by whoever may open devices: what it is, the kernel tells.
// So the gateway needs no privilege of its own.
import * as E from 'fp-ts/lib/Either.js';
import { EBADF } from './linux/errno.ts';
import { interfaceMac, interfaceMtu, interfaceRequest } from './linux/interface.ts';
import {
  AF_PACKET,
  FD_CLOEXEC,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  O_NONBLOCK,
  SOCK_RAW,
  SOL_SOCKET,
  libc,
  sentence,
} from './linux/libc.ts';
import { u48 } from '../core/wire/bytes.ts';
import type { Opened } from './opened.ts';
import { PACKET_OFFLOADS } from './packet/packet.ts';
import { boundTo, listenOn } from './packet/socket.ts';
import { IFF_NO_PI, IFF_TAP, IFF_VNET_HDR } from './tap/attach.ts';
import type { Attachment } from './tap/attachment.ts';
import { attachment } from './tap/attachment.ts';
import { negotiate } from './tap/offload.ts';

const SIOCGIFHWADDR = 0x8927;
const SIOCGIFNAME = 0x8910;
const SO_TYPE = 3;
const SO_DOMAIN = 39;
const IFREQ_VALUE = 16;

const optionOf = (descriptor: number, option: number): number => {
  const value = Buffer.alloc(4);
  const length = Buffer.from([value.length, 0, 0, 0]);
  return libc().getsockopt(descriptor, SOL_SOCKET, option, value, length) < 0
    ? -1
    : value.readInt32LE();
};

/** Up to the zero that ends it. */
const nameIn = (request: Buffer): string =>
  request.toString('latin1', 0, IFREQ_VALUE).replace(/\0.*$/s, '');

/**
 * The MTU of a TAP's interface where it is in the own namespace, which its MAC address shows; else what was
 * configured, as only the namespace that it is in knows.
 */
const tapMtu = (descriptor: number, name: string, configured: number): number => {
  const request = interfaceRequest(name);
  const asked = libc().ioctl(descriptor, SIOCGIFHWADDR, request) >= 0;
  const own = interfaceMac(name);
  const mtu = interfaceMtu(name);
  const isHere = asked && E.isRight(own) && own.right === u48(request, IFREQ_VALUE + 2);
  return isHere && E.isRight(mtu) ? mtu.right : configured;
};

const tapOf = (
  descriptor: number,
  { name, flags }: Attachment,
  mtu: number,
): E.Either<string, Opened> => {
  const kind = (flags & IFF_TAP) !== 0 ? 'tap' : 'tun';
  if ((flags & IFF_NO_PI) === 0)
    return E.left(
      `descriptor ${descriptor}, ${name}, has four bytes of packet information before each frame: it must be opened with IFF_NO_PI`,
    );
  return E.right({
    name: `${name} (descriptor ${descriptor})`,
    kind,
    framing: kind === 'tap' ? 'ethernet' : 'ip',
    descriptors: [descriptor],
    mtu: kind === 'tap' ? tapMtu(descriptor, name, mtu) : mtu,
    offloads: negotiate(descriptor, (flags & IFF_VNET_HDR) !== 0),
  });
};

const packetOf = (descriptor: number, mtu: number): E.Either<string, Opened> => {
  const index = boundTo(descriptor);
  if (optionOf(descriptor, SO_TYPE) !== SOCK_RAW || index <= 0)
    return E.left(
      `descriptor ${descriptor} is a packet socket, but not a raw one that is bound to an interface`,
    );
  const listening = listenOn(descriptor, index);
  if (E.isLeft(listening)) return E.left(`descriptor ${descriptor}: ${listening.left}`);
  const request = Buffer.alloc(interfaceRequest('').length);
  request.writeInt32LE(index, IFREQ_VALUE);
  // The socket is asked, which belongs to the namespace of its interface.
  const name = libc().ioctl(descriptor, SIOCGIFNAME, request) < 0 ? '' : nameIn(request);
  return E.right({
    name: `${name} (descriptor ${descriptor})`,
    kind: 'packet',
    framing: 'ethernet',
    descriptors: [descriptor],
    mtu,
    offloads: PACKET_OFFLOADS,
  });
};

const open = (descriptor: number, mtu: number): E.Either<string, Opened> => {
  const c = libc();
  const flags = c.fcntl(descriptor, F_GETFL, 0);
  if (flags < 0 && c.errno() === EBADF)
    return E.left(`descriptor ${descriptor} is not open: whoever starts onehost must pass it on`);
  const tap = attachment(descriptor);
  if (tap === null && optionOf(descriptor, SO_DOMAIN) !== AF_PACKET)
    return E.left(
      `descriptor ${descriptor} is neither of a TAP or TUN that is attached to an interface nor a packet socket`,
    );
  c.fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
  c.fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return tap === null ? packetOf(descriptor, mtu) : tapOf(descriptor, tap, mtu);
};

/**
 * The device behind a descriptor; `mtu`, bytes, is what it has where that cannot be asked. Fails with a sentence
 * where it is of nothing that carries frames. The interface is set up already: it is left as it is.
 */
export const openInherited = (descriptor: number, mtu: number): E.Either<string, Opened> => {
  try {
    return open(descriptor, mtu);
  } catch (error) {
    return E.left(sentence(error));
  }
};
