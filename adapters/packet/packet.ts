// An interface that is there already, a network card or one end of a veth, as a device: packet(7).
import * as E from 'fp-ts/lib/Either.js';
import { EPERM, explainErrno } from '../linux/errno.ts';
import { bringUp, interfaceIndex, interfaceMtu, isEthernet } from '../linux/interface.ts';
import { AF_PACKET, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_RAW, libc, sentence } from '../linux/libc.ts';
import { inside } from '../linux/namespace.ts';
import type { Offloads, Opened } from '../opened.ts';
import { listenOn } from './socket.ts';

export interface PacketSettings {
  /** Of the interface as the kernel shows it. */
  readonly name: string;
  /** Descriptor of the network namespace that it is in; the own one when left out. */
  readonly netns?: number;
}

/** A packet socket gets frames as the interface has them, whatever the system still has to do to them. */
export const PACKET_OFFLOADS: Offloads = { header: true, checksum: true, tso: true, uso: true };

const socketFault = (errno: number): string =>
  errno === EPERM
    ? 'a packet socket needs CAP_NET_RAW: run as root, or have one opened by who starts onehost (device: { fd: … })'
    : `no packet socket (${explainErrno(errno)})`;

/** The socket on an interface of Ethernet that is up. */
const openOn = (name: string, index: number): E.Either<string, Opened> => {
  const up = bringUp(name);
  if (E.isLeft(up)) return up;
  const mtu = interfaceMtu(name);
  if (E.isLeft(mtu)) return mtu;
  const c = libc();
  // No protocol: it hears nothing until it is bound.
  const socket = c.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return E.left(`${name}: ${socketFault(c.errno())}`);
  const listening = listenOn(socket, index);
  if (E.isRight(listening))
    return E.right({
      name,
      kind: 'packet',
      framing: 'ethernet',
      descriptors: [socket],
      mtu: mtu.right,
      offloads: PACKET_OFFLOADS,
    });
  c.close(socket);
  return E.left(`${name}: ${listening.left}`);
};

const open = (name: string): E.Either<string, Opened> => {
  const index = interfaceIndex(name);
  if (E.isLeft(index)) return index;
  const ethernet = isEthernet(name);
  if (E.isLeft(ethernet)) return ethernet;
  return ethernet.right
    ? openOn(name, index.right)
    : E.left(`${name} carries no Ethernet frames: a network card or a veth does`);
};

/** Opens the interface, and brings it up. Fails with a sentence that says what to do. */
export const openPacket = ({ name, netns }: PacketSettings): E.Either<string, Opened> => {
  try {
    return netns === undefined ? open(name) : inside(netns, () => open(name));
  } catch (error) {
    return E.left(sentence(error));
  }
};
