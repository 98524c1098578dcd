// Records of the flow table: where they are, and whom they name. Layout: ./layout/flow.ts.

import * as flow from './layout/flow.ts';

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

export function sourceOf(inside: bool, at: usize): u32 {
  return load<u32>(at + select<usize>(flow.NODE_ADDRESS, flow.HOST_ADDRESS, inside));
}

export function destinationOf(inside: bool, at: usize): u32 {
  return load<u32>(at + select<usize>(flow.HOST_ADDRESS, flow.CLUSTER_ADDRESS, inside));
}

/** The two ports as they lie in a packet: the source's in the low half. */
export function portsOf(inside: bool, at: usize): u32 {
  const source = <u32>load<u16>(at + select<usize>(flow.NODE_PORT, flow.HOST_PORT, inside));
  const destination = <u32>load<u16>(at + select<usize>(flow.HOST_PORT, flow.CLUSTER_PORT, inside));
  return source | (destination << 16);
}

/** Whether a packet between these ends belongs to the record. */
export function belongs(
  inside: bool,
  record: u32,
  protocol: u32,
  source: u32,
  destination: u32,
  ports: u32,
): bool {
  const at = recordAt(record);
  // One test instead of four that each could be foretold wrongly.
  return (
    ((sourceOf(inside, at) ^ source) |
      (destinationOf(inside, at) ^ destination) |
      (portsOf(inside, at) ^ ports) |
      ((<u32>load<u8>(at, flow.PROTOCOL)) ^ protocol)) ==
    0
  );
}
