// The two orders in which the flow table keeps its records: doubly linked rings through record 0, which is
// the head of both, so that a link is never missing. A ring is named by the offset of its link to the next.

import { recordAt } from './record.ts';
import * as flow from '../layout/flow.ts';

const BACK = flow.PREVIOUS - flow.NEXT;

function link(ring: usize, before: u32, after: u32): void {
  store<u32>(recordAt(before) + ring, after);
  store<u32>(recordAt(after) + ring, before, BACK);
}

/** The record after another; after 0 the first, and after the last 0. */
export function following(ring: usize, record: u32): u32 {
  return load<u32>(recordAt(record) + ring);
}

/** Puts a record that is not in the ring at its end. */
export function append(ring: usize, record: u32): void {
  link(ring, load<u32>(recordAt(0) + ring, BACK), record);
  link(ring, record, 0);
}

/** Has a record point to itself: so it is in no ring. */
export function detach(ring: usize, record: u32): void {
  link(ring, record, record);
}

/** Takes a record out of the ring; nothing happens where it is not in it. */
export function remove(ring: usize, record: u32): void {
  const at = recordAt(record) + ring;
  link(ring, load<u32>(at, BACK), load<u32>(at));
  detach(ring, record);
}
