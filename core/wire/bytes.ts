// Bytes that cannot be written, and big-endian reads of them (RFC 791 appendix B: network order).

/** What a `Uint8Array` is to code that may only look: the compiler refuses a write. */
export interface ReadonlyBytes {
  readonly [index: number]: number;
  readonly length: number;
  subarray(start: number, end?: number): ReadonlyBytes;
}

/** The byte at `at`. The caller has checked the length: past the end this is not a number. */
export const u8 = (bytes: ReadonlyBytes, at: number): number => bytes[at] as number;

/** The 16-bit number at `at`, network order. */
export const u16 = (bytes: ReadonlyBytes, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number);

/** The unsigned 32-bit number at `at`, network order. */
export const u32 = (bytes: ReadonlyBytes, at: number): number =>
  ((bytes[at] as number) * 0x1000000 +
    (((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number))) >>>
  0;

/** The unsigned 48-bit number at `at`, network order; exact, as a double holds 53 bits. */
export const u48 = (bytes: ReadonlyBytes, at: number): number =>
  u16(bytes, at) * 0x100000000 + u32(bytes, at + 2);

export const put16 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
};

export const put32 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
};

export const put48 = (bytes: Uint8Array, at: number, value: number): void => {
  put16(bytes, at, Math.floor(value / 0x100000000));
  put32(bytes, at + 2, value % 0x100000000);
};

/** A copy that may be written. */
export const copyOf = (bytes: ReadonlyBytes): Uint8Array => Uint8Array.from(bytes as Uint8Array);

/** The bytes from one place up to another: a copy where they are few, so that few do not hold many in memory. */
export const partOf = (bytes: ReadonlyBytes, from: number, to: number): ReadonlyBytes => {
  const part = bytes.subarray(from, to);
  return 2 * part.length < bytes.length ? copyOf(part) : part;
};
