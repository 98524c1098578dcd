// RFC 1071 by another way than the core's: a one's complement sum of 16-bit words is the whole string of
// bytes, taken as one large number, modulo 65535.

/** The one's complement sum; an odd last byte is padded with zero. */
export const naiveSum = (bytes: Uint8Array): number => {
  const padded = [...bytes, ...(bytes.length % 2 === 1 ? [0] : [])];
  if (padded.every((byte) => byte === 0)) return 0;
  const text = padded.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return Number(BigInt(`0x${text}`) % 65535n) || 0xffff;
};

const NOTHING: Uint8Array = new Uint8Array(0);

/** The bytes with their 16-bit checksum field at `field` set right for the sum over `prefix` and all. */
export const withChecksum = (
  bytes: Uint8Array,
  field: number,
  { upTo = bytes.length, prefix = NOTHING } = {},
): Uint8Array => {
  const right = Uint8Array.from(bytes);
  right.set([0, 0], field);
  const value = 0xffff - naiveSum(Uint8Array.from([...prefix, ...right.subarray(0, upTo)]));
  right.set([value >>> 8, value & 255], field);
  return right;
};
