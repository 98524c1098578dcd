// Messages of netlink(7) and rtnetlink(7): a header, a fixed part, attributes of type, length and value. All
// numbers are in the machine's order, which is little-endian wherever Node runs on Linux with koffi.

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
export const NLM_F_DUMP = 0x300;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

/** `struct nlmsghdr`: length in 4 bytes, type and flags in 2 each, sequence and port in 4 each. */
const HEADER_LENGTH = 16;
/** `struct rtattr`: length and type in 2 bytes each, before the value. */
const ATTRIBUTE_HEADER_LENGTH = 4;
/** Upper bits of an attribute's type are flags (linux/netlink.h, NLA_TYPE_MASK). */
const TYPE_MASK = 0x3fff;

/** Values by attribute type; of a type that comes twice, the last. */
export type Attributes = ReadonlyMap<number, Buffer>;

export interface NetlinkMessage {
  readonly type: number;
  readonly sequence: number;
  /** All that follows the header. */
  readonly body: Buffer;
}

const aligned = (length: number): number => (length + 3) & ~3;

/** One attribute, padded to four bytes. */
export const attribute = (type: number, value: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(aligned(ATTRIBUTE_HEADER_LENGTH + value.length));
  bytes.writeUInt16LE(ATTRIBUTE_HEADER_LENGTH + value.length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(value, ATTRIBUTE_HEADER_LENGTH);
  return bytes;
};

/** An attribute of one 32-bit number. */
export const numberAttribute = (type: number, value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return attribute(type, bytes);
};

/** A whole message; `parts` are the fixed part and the attributes, each padded. */
export const encodeMessage = (
  type: number,
  flags: number,
  sequence: number,
  parts: readonly Uint8Array[],
): Buffer => {
  const header = Buffer.alloc(HEADER_LENGTH);
  const message = Buffer.concat([header, ...parts]);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt16LE(type, 4);
  message.writeUInt16LE(flags, 6);
  message.writeUInt32LE(sequence, 8);
  return message;
};

/** The messages of one datagram. What is cut off or lies about its length ends the list. */
export const decodeMessages = (bytes: Buffer): readonly NetlinkMessage[] => {
  const messages: NetlinkMessage[] = [];
  for (let at = 0; at + HEADER_LENGTH <= bytes.length;) {
    const length = bytes.readUInt32LE(at);
    if (length < HEADER_LENGTH || at + length > bytes.length) break;
    messages.push({
      type: bytes.readUInt16LE(at + 4),
      sequence: bytes.readUInt32LE(at + 8),
      body: bytes.subarray(at + HEADER_LENGTH, at + length),
    });
    at += aligned(length);
  }
  return messages;
};

/** The attributes from `start` of a body, or of another attribute's value, on. */
export const attributesOf = (bytes: Buffer, start: number): Attributes => {
  const attributes = new Map<number, Buffer>();
  for (let at = start; at + ATTRIBUTE_HEADER_LENGTH <= bytes.length;) {
    const length = bytes.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER_LENGTH || at + length > bytes.length) break;
    attributes.set(
      bytes.readUInt16LE(at + 2) & TYPE_MASK,
      bytes.subarray(at + ATTRIBUTE_HEADER_LENGTH, at + length),
    );
    at += aligned(length);
  }
  return attributes;
};

/** The number in an attribute of 32 bits; undefined where there is none. */
export const numberOf = (attributes: Attributes, type: number): number | undefined => {
  const value = attributes.get(type);
  return value === undefined || value.length < 4 ? undefined : value.readUInt32LE(0);
};

/** The text in an attribute, without the zero at its end. */
export const textOf = (attributes: Attributes, type: number): string | undefined =>
  attributes.get(type)?.toString('latin1').replace(/\0.*$/s, '');
