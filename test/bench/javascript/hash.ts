// The JavaScript reference: the hash of assembly/flow/hash.ts, to the bit, so that the tables are the same. Of
// each product of 64 bits the two low words are needed; the high half of a product of 32 bits takes four
// multiplications of halves. What depends on the protocol alone is worked out before.

export interface Hash {
  /** The tag of a packet's ends as they stand in frames. */
  readonly tagOf: (protocol: number, source: number, destination: number, ports: number) => number;
  readonly keyedTag: (low: number, high: number) => number;
}

/** The high half of a product of 32 bits each, unsigned. */
const highOf = (a: number, b: number): number => {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const other = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
};

/** 1 where a sum of 32 bits, one part of which is given, went over. */
const carry = (sum: number, part: number): number => (sum >>> 0 < part >>> 0 ? 1 : 0);

export const scattered = (tag: number): number => {
  const mixed = Math.imul(tag ^ (tag >>> 16), 0x7feb352d);
  return mixed ^ (mixed >>> 15);
};

const TCP = 6;
const UDP = 17;

export const hashWith = (keys: readonly [bigint, bigint, bigint, bigint, bigint]): Hash => {
  const low = (key: bigint): number => Number(BigInt.asIntN(32, key));
  const high = (key: bigint): number => Number(BigInt.asIntN(32, key >> 32n));
  const [k0, k1, k2, k3, k4] = keys;
  const a0 = low(k0);
  const b0 = high(k0);
  const a1 = low(k1);
  const b1 = high(k1);
  const a2 = low(k2);
  const b2 = high(k2);
  const tcpLow = low(k3 + BigInt(TCP));
  const tcpHigh = high(k3 + BigInt(TCP));
  const udpLow = low(k3 + BigInt(UDP));
  const udpHigh = high(k3 + BigInt(UDP));
  const a4 = low(k4);
  const b4 = high(k4);

  return {
    tagOf: (protocol, source, destination, ports) => {
      const xLow = (a0 + source) | 0;
      const xHigh = (b0 + carry(xLow, a0)) | 0;
      const yLow = (a1 + destination) | 0;
      const yHigh = (b1 + carry(yLow, a1)) | 0;
      const zLow = (a2 + ports) | 0;
      const zHigh = (b2 + carry(zLow, a2)) | 0;
      const wLow = protocol === TCP ? tcpLow : udpLow;
      const wHigh = protocol === TCP ? tcpHigh : udpHigh;
      const first = Math.imul(xLow, yLow);
      const second = Math.imul(zLow, wLow);
      const both = (first + second) | 0;
      const all = (both + a4) | 0;
      const tag =
        (highOf(xLow, yLow) +
          Math.imul(xHigh, yLow) +
          Math.imul(xLow, yHigh) +
          highOf(zLow, wLow) +
          Math.imul(zHigh, wLow) +
          Math.imul(zLow, wHigh) +
          carry(both, first) +
          carry(all, both) +
          b4) |
        0;
      return tag === 0 ? 1 : tag;
    },
    keyedTag: (keyLow, keyHigh) => {
      const xLow = (a0 + keyLow) | 0;
      const xHigh = (b0 + carry(xLow, a0)) | 0;
      const yLow = (a1 + keyHigh) | 0;
      const yHigh = (b1 + carry(yLow, a1)) | 0;
      const product = Math.imul(xLow, yLow);
      const all = (product + a4) | 0;
      const upper = Math.imul(xHigh, yLow) + Math.imul(xLow, yHigh);
      return (highOf(xLow, yLow) + upper + carry(all, product) + b4) | 0;
    },
  };
};
