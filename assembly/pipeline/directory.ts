// The directory: what addresses, ports and node numbers are for. Open addressing with linear probing; entries
// are only added, and all thrown away when the topology changes. Layout: ./layout/directory.ts.

import { keyedTag, scattered } from '../flow/hash.ts';
import * as directory from '../layout/directory.ts';

let entries: usize = 0;
/** Entries that there is place for, a power of two, less one. */
let last: u32 = 0;
let taken: u32 = 0;

/** Makes it empty. `capacity` is a power of two; at most half of it is ever taken. */
export function directoryInit(at: usize, capacity: u32): void {
  entries = at;
  last = capacity - 1;
  taken = 0;
  memory.fill(at, 0, <usize>capacity * directory.ENTRY_SIZE);
}

/** The key of something of a kind; `more` is of 24 bits. */
export function keyOf(kind: u32, more: u32, low: u32): u64 {
  return ((<u64>((kind << 24) | more)) << 32) | low;
}

/** Where the entry of a key is, or an empty place for it. */
function placeOf(key: u64): usize {
  let index = scattered(keyedTag(key)) & last;
  while (true) {
    const at = entries + <usize>index * directory.ENTRY_SIZE;
    const there = load<u64>(at, directory.KEY);
    if (there == key || there == 0) return at;
    index = (index + 1) & last;
  }
}

/** What stands under a key; 0: nothing. */
export function lookUp(key: u64): u64 {
  return load<u64>(placeOf(key), directory.VALUE);
}

/** Puts a value of two words under a key, in place of what is there; 0: there is no room. */
export function directoryPut(kind: u32, more: u32, low: u32, value: u32, valueHigh: u32): u32 {
  const key = keyOf(kind, more, low);
  const at = placeOf(key);
  if (load<u64>(at, directory.KEY) == 0) {
    if (taken >= (last + 1) / 2) return 0;
    taken++;
  }
  store<u64>(at, key, directory.KEY);
  store<u64>(at, ((<u64>valueHigh) << 32) | value, directory.VALUE);
  return 1;
}

/** The role of an address as it stands in frames; 0: none. */
export function roleOf(address: u32): u32 {
  return <u32>lookUp(keyOf(directory.OF_ADDRESS, 0, address));
}

/** The service at a cluster port as it stands in frames; 0: none. */
export function serviceAt(protocol: u32, port: u32): u64 {
  return lookUp(keyOf(directory.OF_SERVICE, 0, (protocol << 16) | port));
}

/** The service that a node's own port belongs to; 0: none. */
export function serviceOfNode(node: u32, protocol: u32, port: u32): u64 {
  return lookUp(keyOf(directory.OF_NODE_PORT, node, (protocol << 16) | port));
}

/** The hop of an address on a link; 0: none yet. */
export function hopOf(link: u32, address: u32): u32 {
  return <u32>lookUp(keyOf(directory.OF_HOP, link, address));
}

/** The node of a number in filehandles: its index + 1; 0: none. */
export function nodeNumbered(number: u32): u32 {
  return <u32>lookUp(keyOf(directory.OF_NODE_NUMBER, 0, number));
}

/** Whether a service is of a kind. */
export function isKind(service: u64, kind: u32): bool {
  return ((<u32>(service >>> directory.KIND_SHIFT)) & directory.KIND_MASK) == kind;
}

/** Whether packets of a service are left as they are. */
export function isDirect(service: u64): bool {
  return ((<u32>(service >>> directory.DIRECT_SHIFT)) & 1) != 0;
}
