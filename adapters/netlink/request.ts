// Asks the kernel by a netlink socket of the calling thread's namespace, and hears of changes: rtnetlink(7).

import * as E from 'fp-ts/lib/Either.js';
import { EAGAIN, explainErrno } from '../linux/errno.ts';
import { O_CLOEXEC, O_NONBLOCK, libc } from '../linux/libc.ts';
import type { NetlinkMessage } from './message.ts';
import {
  NLMSG_DONE,
  NLMSG_ERROR,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  decodeMessages,
  encodeMessage,
} from './message.ts';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_ROUTE = 0;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;

/** Of `struct sockaddr_nl`: family, port of the kernel, groups. */
const ADDRESS_LENGTH = 12;
/** What the kernel puts into one datagram of a dump at most, with room to spare. */
const MOST_BYTES = 65536;
/** The kernel answers at once; whoever waits longer waits for nothing, seconds. */
const PATIENCE = 2;

interface Channel {
  readonly descriptor: number;
  send(bytes: Buffer): number;
  /** The next datagram; null when none came (in time). */
  receive(): Buffer | null;
  close(): void;
}

const open = (flags: number, groups: number): E.Either<string, Channel> => {
  const c = libc();
  const bind = c.library.func('bind', 'int', ['int', 'void *', 'uint']) as (
    descriptor: number,
    address: Buffer,
    length: number,
  ) => number;
  const descriptor = c.socket(AF_NETLINK, SOCK_RAW | O_CLOEXEC | flags, NETLINK_ROUTE);
  if (descriptor < 0) return E.left(`cannot ask the kernel (${explainErrno(c.errno())})`);
  const address = Buffer.alloc(ADDRESS_LENGTH);
  address.writeUInt16LE(AF_NETLINK, 0);
  address.writeUInt32LE(groups, 8);
  if (bind(descriptor, address, ADDRESS_LENGTH) < 0) {
    const failed = c.errno();
    c.close(descriptor);
    return E.left(`cannot bind a netlink socket (${explainErrno(failed)})`);
  }
  const room = Buffer.alloc(MOST_BYTES);
  const roomAddress = c.addressOf(room);
  return E.right({
    descriptor,
    send: (bytes) => c.write(descriptor, c.addressOf(bytes), bytes.length),
    receive: () => {
      const length = c.read(descriptor, roomAddress, MOST_BYTES);
      return length < 0 ? null : Buffer.from(room.subarray(0, length));
    },
    close: () => void c.close(descriptor),
  });
};

const impatient = (descriptor: number): void => {
  const setsockopt = libc().library.func('setsockopt', 'int', [
    'int',
    'int',
    'int',
    'void *',
    'uint',
  ]) as (descriptor: number, level: number, name: number, value: Buffer, length: number) => number;
  const timeval = Buffer.alloc(16);
  timeval.writeBigInt64LE(BigInt(PATIENCE), 0);
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeval, timeval.length);
};

const SEQUENCE = 1;

/** Reads until the answer is whole. `struct nlmsgerr` begins with the error, negative; 0 is an acknowledgement. */
const answer = (channel: Channel): E.Either<number, readonly NetlinkMessage[]> => {
  const answers: NetlinkMessage[] = [];
  for (;;) {
    const datagram = channel.receive();
    if (datagram === null) return E.left(libc().errno());
    for (const message of decodeMessages(datagram)) {
      if (message.sequence !== SEQUENCE) continue;
      if (message.type === NLMSG_DONE) return E.right(answers);
      if (message.type === NLMSG_ERROR) {
        const failed = -message.body.readInt32LE(0);
        return failed === 0 ? E.right(answers) : E.left(failed);
      }
      answers.push(message);
    }
  }
};

const ask = (
  type: number,
  flags: number,
  parts: readonly Uint8Array[],
): E.Either<string, E.Either<number, readonly NetlinkMessage[]>> => {
  const opened = open(0, 0);
  if (E.isLeft(opened)) return opened;
  const channel = opened.right;
  impatient(channel.descriptor);
  const sent = channel.send(encodeMessage(type, NLM_F_REQUEST | flags, SEQUENCE, parts));
  const answered = sent < 0 ? E.left(libc().errno()) : answer(channel);
  channel.close();
  return E.right(answered);
};

/** All objects of a kind; fails with a sentence that begins with `what`. */
export const dump = (
  type: number,
  fixedPart: Uint8Array,
  what: string,
): E.Either<string, readonly NetlinkMessage[]> =>
  E.chainW((answered: E.Either<number, readonly NetlinkMessage[]>) =>
    E.mapLeft((errno: number) => `${what}: ${explainErrno(errno)}`)(answered),
  )(ask(type, NLM_F_DUMP, [fixedPart]));

/** Changes one object; errors of `fine` are none. */
export const change = (
  type: number,
  flags: number,
  parts: readonly Uint8Array[],
  what: string,
  fine: readonly number[] = [],
): E.Either<string, void> =>
  E.chainW((answered: E.Either<number, readonly NetlinkMessage[]>): E.Either<string, void> => {
    if (E.isRight(answered) || fine.includes(answered.left)) return E.right(undefined);
    return E.left(`${what}: ${explainErrno(answered.left)}`);
  })(ask(type, NLM_F_ACK | flags, parts));

/** Multicast groups of rtnetlink (linux/rtnetlink.h), as bits. */
export const GROUP_LINK = 0x1;
export const GROUP_IPV4_ADDRESS = 0x10;

export interface Changes {
  /** Can be read when something changed. */
  readonly descriptor: number;
  /** Takes what came, and says whether something did. */
  drain(): boolean;
  close(): void;
}

/** Listens to changes of the groups. What changed is not told: whoever hears asks for all of it. */
export const watchChanges = (groups: number): E.Either<string, Changes> =>
  E.map((channel: Channel): Changes => ({
    descriptor: channel.descriptor,
    drain: () => {
      let came = false;
      // A full buffer (ENOBUFS) is news as well: something changed that was not told.
      for (;;) {
        const datagram = channel.receive();
        if (datagram === null && libc().errno() === EAGAIN) return came;
        came = true;
        if (datagram === null) return came;
      }
    },
    close: () => channel.close(),
  }))(open(O_NONBLOCK, groups));
