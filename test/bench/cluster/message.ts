// What the first byte of a message asks of the far member.

export const KEEP = 0;
export const ECHO = 1;

/** A message of `size` bytes, one at least. */
export const messageOf = (size: number, kind: number): Uint8Array => {
  const message = new Uint8Array(size).fill(0x55);
  message[0] = kind;
  return message;
};
