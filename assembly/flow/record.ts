// Records of the flow table: where they are, and whom they name. Layout: ./layout/flow.ts.

import * as flow from '../layout/flow.ts';

/** Where record 0 is. */
let records: usize = 0;

export function placeRecords(at: usize): void {
  records = at;
}

/** Where a record is. */
export function recordAt(record: u32): usize {
  return records + <usize>record * flow.RECORD_SIZE;
}

// Of the two directions: `inside` is that of a node's packets to a host, else a host's to the cluster. The
// offset is selected, not jumped to: packets of both come mixed, and no processor could foretell them.

/** The addresses as they lie in a packet: the source's in the low half. */
export function addressesOf(inside: bool, at: usize): u64 {
  return load<u64>(at + select<usize>(flow.NODE_ADDRESS, flow.HOST_ADDRESS, inside));
}

/** The ports likewise. */
export function portsOf(inside: bool, at: usize): u32 {
  return load<u32>(at + select<usize>(flow.NODE_PORT, flow.HOST_PORT, inside));
}

/** Whether a packet between these ends belongs to the record. */
export function belongs(
  inside: bool,
  record: u32,
  protocol: u32,
  addresses: u64,
  ports: u32,
): bool {
  const at = recordAt(record);
  // One test instead of three that each could be foretold wrongly.
  return (
    ((addressesOf(inside, at) ^ addresses) |
      (portsOf(inside, at) ^ ports) |
      ((<u32>load<u8>(at, flow.PROTOCOL)) ^ protocol)) ==
    0
  );
}
