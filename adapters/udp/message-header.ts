// `struct msghdr`, `struct iovec` and control messages in memory of our own, laid out once and used for each
// datagram: send(2), recv(2), cmsg(3), of 64-bit Linux.

import { libc } from '../linux/libc.ts';

/** Places in `struct msghdr`. */
const NAME = 0;
const NAME_LENGTH = 8;
const VECTORS = 16;
const VECTOR_COUNT = 24;
const CONTROL = 32;
const CONTROL_LENGTH = 40;
const FLAGS = 48;
/** `struct mmsghdr` has the length of what was received behind it. */
const RECEIVED = 56;
export const MMSG_LENGTH = 64;

const VECTOR_LENGTH = 16;
const NAME_ROOM = 32;
/** Room for the control messages of one datagram, bytes: an error of IP_RECVERR with its offender takes 48. */
const CONTROL_ROOM = 128;
/** `struct cmsghdr`: length in 8 bytes, level and type in 4 each. */
const CMSG_HEADER = 16;

/** Several headers in a row, each with its name, one vector and room for control messages. */
export interface Headers {
  readonly count: number;
  /** Of the first, for the call. */
  readonly address: number;
  /** The names, `NAME_STRIDE` bytes apart. */
  readonly names: Buffer;
  readonly controls: Buffer;
  /** Makes header `index` ready: what is received, or sent, lies at `address`, `length` bytes. */
  aim(index: number, address: number, length: number, controlLength: number): void;
  /** After recvmmsg: how many bytes came. */
  received(index: number): number;
  controlLength(index: number): number;
}

export const NAME_STRIDE = NAME_ROOM;
export const CONTROL_STRIDE = CONTROL_ROOM;

/** Headers for `count` datagrams at a time; `nameLength` is that of the addresses they carry. */
export const makeHeaders = (count: number, nameLength: number): Headers => {
  const c = libc();
  const headers = Buffer.alloc(count * MMSG_LENGTH);
  const vectors = Buffer.alloc(count * VECTOR_LENGTH);
  const names = Buffer.alloc(count * NAME_ROOM);
  const controls = Buffer.alloc(count * CONTROL_ROOM);
  const put = (bytes: Buffer, at: number, value: number): void => {
    bytes.writeUInt32LE(value % 0x100000000, at);
    bytes.writeUInt32LE(Math.floor(value / 0x100000000), at + 4);
  };
  const [namesAt, vectorsAt, controlsAt] = [names, vectors, controls].map((bytes) =>
    c.addressOf(bytes),
  ) as [number, number, number];
  for (let index = 0; index < count; index++) {
    const header = index * MMSG_LENGTH;
    put(headers, header + NAME, namesAt + index * NAME_ROOM);
    put(headers, header + VECTORS, vectorsAt + index * VECTOR_LENGTH);
    put(headers, header + VECTOR_COUNT, 1);
    put(headers, header + CONTROL, controlsAt + index * CONTROL_ROOM);
  }
  return {
    count,
    address: c.addressOf(headers),
    names,
    controls,
    aim: (index, address, length, controlLength) => {
      const header = index * MMSG_LENGTH;
      headers.writeUInt32LE(nameLength, header + NAME_LENGTH);
      put(vectors, index * VECTOR_LENGTH, address);
      put(vectors, index * VECTOR_LENGTH + 8, length);
      put(headers, header + CONTROL_LENGTH, controlLength);
      headers.writeUInt32LE(0, header + FLAGS);
    },
    received: (index) => headers.readUInt32LE(index * MMSG_LENGTH + RECEIVED),
    controlLength: (index) => headers.readUInt32LE(index * MMSG_LENGTH + CONTROL_LENGTH),
  };
};

/** A control message: where its value lies. */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly value: Buffer;
}

/** The control messages between `start` and `end`. */
export const controlMessages = (
  bytes: Buffer,
  start: number,
  end: number,
): readonly ControlMessage[] => {
  const messages: ControlMessage[] = [];
  for (let at = start; at + CMSG_HEADER <= end;) {
    const length = bytes.readUInt32LE(at);
    if (length < CMSG_HEADER || at + length > end) break;
    messages.push({
      level: bytes.readInt32LE(at + 8),
      type: bytes.readInt32LE(at + 12),
      value: bytes.subarray(at + CMSG_HEADER, at + length),
    });
    at += (length + 7) & ~7;
  }
  return messages;
};

/** Writes the header of a control message whose value has `length` bytes; gives where the value starts. */
export const putControlHeader = (
  bytes: Buffer,
  at: number,
  level: number,
  type: number,
  length: number,
): number => {
  bytes.writeUInt32LE(CMSG_HEADER + length, at);
  bytes.writeUInt32LE(0, at + 4);
  bytes.writeInt32LE(level, at + 8);
  bytes.writeInt32LE(type, at + 12);
  return at + CMSG_HEADER;
};

/** Room that a control message with a value of `length` bytes takes. */
export const controlSpace = (length: number): number => CMSG_HEADER + ((length + 7) & ~7);
