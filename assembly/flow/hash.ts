// The hash of a packet's ends: pair-multiply-shift (Thorup, "High speed hashing for integers and strings",
// section 3.5). The keys come from outside, so that nobody who does not know them can choose collisions.

let k0: u64 = 0;
let k1: u64 = 0;
let k2: u64 = 0;
let k3: u64 = 0;
let k4: u64 = 0;

export function setKeys(a: u64, b: u64, c: u64, d: u64, e: u64): void {
  k0 = a;
  k1 = b;
  k2 = c;
  k3 = d;
  k4 = e;
}

/**
 * The tag of a packet's ends, as they lie in it, never 0. It is the high half of the sum: only there does every bit of the
 * input count, and is the hash as even as its proof says.
 */
export function tagOf(protocol: u32, addresses: u64, ports: u32): u32 {
  const hosts = (k0 + (addresses & 0xffffffff)) * (k1 + (addresses >>> 32));
  const rest = (k2 + <u64>ports) * (k3 + <u64>protocol);
  return max<u32>(<u32>((hosts + rest + k4) >>> 32), 1);
}

/**
 * A tag with its bits in disorder, one to one. The hash is linear in the ports: those that a host uses one
 * after another would lie at even distances, and a few keys would heap them up in a few buckets.
 */
export function scattered(tag: u32): u32 {
  const mixed = (tag ^ (tag >>> 16)) * 0x7feb352d;
  return mixed ^ (mixed >>> 15);
}

/** The same for a key of 64 bits. */
export function keyedTag(key: u64): u32 {
  return <u32>(((k0 + (key & 0xffffffff)) * (k1 + (key >>> 32)) + k4) >>> 32);
}
