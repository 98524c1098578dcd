// A packet socket on an interface that others have, too: packet(7). What it sends and receives is as the
// interface's own, beside the system's stack.
import * as E from 'fp-ts/lib/Either.js';
import { explainErrno } from '../linux/errno.ts';
import { AF_PACKET, SOL_SOCKET, libc } from '../linux/libc.ts';

const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_VNET_HDR = 15;
const PACKET_IGNORE_OUTGOING = 23;
const PACKET_MR_PROMISC = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_ATTACH_FILTER = 26;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;

const ETH_P_ALL = 0x0003;
/** `struct sockaddr_ll`. */
const ADDRESS_LENGTH = 20;
const PROTOCOL = 2;
const INDEX = 4;
/** What the index of an interface becomes when it is deleted. */
const UNBOUND = -1;

/**
 * Frames that wait in the socket, bytes of the kernel's accounting: a second of a busy network of small frames,
 * or some sixty segments of 64 KiB.
 */
const ROOM = 8 * 1024 * 1024;

/** Classic BPF (linux/filter.h): what has a VLAN tag beside the frame is dropped, all else is taken whole. */
const UNTAGGED: readonly (readonly [code: number, then: number, otherwise: number, k: number])[] = [
  [0x20, 0, 0, 0xfffff000 + 48], // load whether a tag is there: SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT
  [0x15, 0, 1, 0],
  [0x06, 0, 0, 0xffffffff],
  [0x06, 0, 0, 0],
];

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};

const set = (socket: number, level: number, option: number, value: Buffer): boolean =>
  libc().setsockopt(socket, level, option, value, value.length) >= 0;

const place = (index: number): Buffer => {
  const address = Buffer.alloc(ADDRESS_LENGTH);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(ETH_P_ALL, PROTOCOL);
  address.writeInt32LE(index, INDEX);
  return address;
};

/** The interface that a packet socket is bound to, by its number; 0 for none, -1 when it was deleted. */
export const boundTo = (socket: number): number => {
  const address = Buffer.alloc(ADDRESS_LENGTH);
  return libc().getsockname(socket, address, word(address.length)) < 0
    ? UNBOUND
    : address.readInt32LE(INDEX);
};

/** Whether the interface of a packet socket was deleted, or moved to another namespace. */
export const isUnbound = (socket: number): boolean => boundTo(socket) === UNBOUND;

/**
 * The kernel takes a tag of IEEE 802.1Q out of a frame and tells it apart: such a frame would look like one of
 * this network, but belongs to a VLAN.
 */
const refuseTagged = (socket: number): boolean => {
  const program = Buffer.alloc(UNTAGGED.length * 8);
  UNTAGGED.forEach(([code, then, otherwise, k], line) => {
    program.writeUInt16LE(code, line * 8);
    program.writeUInt8(then, line * 8 + 2);
    program.writeUInt8(otherwise, line * 8 + 3);
    program.writeUInt32LE(k, line * 8 + 4);
  });
  // `struct sock_fprog`: how many lines, and where they are.
  const filter = Buffer.alloc(16);
  filter.writeUInt16LE(UNTAGGED.length, 0);
  filter.writeBigUInt64LE(BigInt(libc().addressOf(program)), 8);
  return set(socket, SOL_SOCKET, SO_ATTACH_FILTER, filter);
};

/** As much as the system allows where the process has no privilege to have more. */
const makeRoom = (socket: number): void => {
  for (const [force, ask] of [
    [SO_RCVBUFFORCE, SO_RCVBUF],
    [SO_SNDBUFFORCE, SO_SNDBUF],
  ] as const)
    if (!set(socket, SOL_SOCKET, force, word(ROOM))) set(socket, SOL_SOCKET, ask, word(ROOM));
};

/** Has a packet socket hear what comes to the interface, and nothing that leaves by it. */
const prepare = (socket: number): E.Either<string, void> => {
  const c = libc();
  if (!refuseTagged(socket))
    return E.left(`cannot filter what has a VLAN tag (${explainErrno(c.errno())})`);
  if (!set(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, word(1)))
    return E.left(
      `cannot tell what comes from what leaves (${explainErrno(c.errno())}): this needs Linux 4.20`,
    );
  makeRoom(socket);
  return set(socket, SOL_PACKET, PACKET_VNET_HDR, word(1))
    ? E.right(undefined)
    : E.left(
        `no header of offloads before its frames (${explainErrno(c.errno())}): checksums that the system left undone could not be told from wrong ones; a socket that is passed on must have no ring`,
      );
};

/** Frames to any address are heard: the gateway's is not the interface's. */
const joinAll = (socket: number, index: number): E.Either<string, void> => {
  // `struct packet_mreq`: the interface, what is to be received, and no address.
  const request = Buffer.alloc(16);
  request.writeInt32LE(index, 0);
  request.writeUInt16LE(PACKET_MR_PROMISC, 4);
  return set(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request)
    ? E.right(undefined)
    : E.left(`cannot hear frames to all addresses (${explainErrno(libc().errno())})`);
};

/**
 * Makes a raw packet socket that is not bound yet, or was bound by others, hear the interface of that number, with
 * a header of offloads before each frame: without one, checksums that the system left undone look wrong.
 */
export const listenOn = (socket: number, index: number): E.Either<string, void> => {
  // Before it is bound: nothing is heard that was not to be.
  const prepared = prepare(socket);
  if (E.isLeft(prepared)) return prepared;
  if (boundTo(socket) !== index) {
    const c = libc();
    if (c.bind(socket, place(index), ADDRESS_LENGTH) < 0)
      return E.left(`cannot bind to it (${explainErrno(c.errno())})`);
  }
  return joinAll(socket, index);
};
