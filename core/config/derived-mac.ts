// A MAC address for a link that is given none: the same after a restart, so that neighbours stay right.

import type { Ipv4Address, MacAddress } from '../wire/address.ts';
import { formatIpv4, mac } from '../wire/address.ts';

/** The 32-bit hash FNV-1a (Fowler, Noll, Vo) from a basis of one's choosing; `text` is ASCII. */
const fnv1a = (text: string, basis: number): number => {
  let hash = basis;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
};

const BASIS = 0x811c9dc5;

/**
 * A locally administered individual address (IEEE 802 clause 8.2): 02, then 40 bits that follow from the
 * names of cluster and link and from the gateway's address there.
 */
export const derivedMac = (cluster: string, link: string, address: Ipv4Address): MacAddress => {
  const text = `${cluster} ${link} ${formatIpv4(address)}`;
  const low = fnv1a(text, BASIS);
  const high = fnv1a(text, low) & 0xff;
  return mac(0x02 * 0x10000000000 + high * 0x100000000 + low);
};
