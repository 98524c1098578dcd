// The pipeline: repeats what was decided before, for a batch of frames where they lie. Passes over the batch
// have the memory that they will need come while others work: bucket, the other bucket where the first has
// no such tag, record. Then frame after frame is passed on, until one must go up to `decide`.

import * as ipv4 from '../core/wire/layout/ipv4.ts';
import { leaves, lengthOf, packetAt, settings } from './areas.ts';
import { candidateIn, firstBucket, otherBucket, search } from './flow-buckets.ts';
import { belongs, recordAt } from './flow-record.ts';
import * as flow from './layout/flow.ts';
import * as link from './layout/link.ts';
import * as config from './layout/settings.ts';
import * as slot from './layout/slot.ts';
import { repeatFlow } from './repeat-flow.ts';
import { repeatInbound, repeatOutgoing } from './repeat-service.ts';
import { sight } from './sight.ts';

/** Arrays of 32 bits for each slot: the tag of its packet (0: it goes up), and the record that may be its own. */
let tags: usize = 0;
let candidates: usize = 0;
/** Loads whose values nobody needs are stored, or they would not be made. */
let sink: usize = 0;

let ingress: u32 = 0;
let inside: bool = false;

/** Scratch for `capacity` slots: three words for each, and one. */
export function placeScratch(at: usize, capacity: u32): void {
  tags = at;
  candidates = at + ((<usize>capacity) << 2);
  sink = at + ((<usize>capacity) << 3);
}

function tagIn(index: u32): u32 {
  return load<u32>(tags + ((<usize>index) << 2));
}

function noteCandidate(index: u32, record: u32): void {
  store<u32>(candidates + ((<usize>index) << 2), record);
}

/** Has the buckets of all tags come. */
function touchBuckets(count: u32): void {
  let sum: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const tag = tagIn(index);
    if (tag != 0) sum += load<u32>(firstBucket(inside, tag));
  }
  store<u32>(sink, sum);
}

/** Finds candidates in the buckets that came, and has the other bucket come where there is none. */
function findCandidates(count: u32): void {
  let sum: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const tag = tagIn(index);
    if (tag == 0) continue;
    const first = firstBucket(inside, tag);
    const record = candidateIn(first, tag);
    noteCandidate(index, record);
    if (record == 0) sum += load<u32>(otherBucket(inside, first, tag));
  }
  store<u32>(sink, sum);
}

/** Has the records of all candidates come. */
function touchRecords(count: u32): void {
  let sum: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const tag = tagIn(index);
    if (tag == 0) continue;
    let record = load<u32>(candidates + ((<usize>index) << 2));
    if (record == 0) {
      record = candidateIn(otherBucket(inside, firstBucket(inside, tag), tag), tag);
      noteCandidate(index, record);
    }
    sum += load<u8>(recordAt(record));
  }
  store<u32>(sink, sum);
}

/** Looks at the frames in the first `count` slots, which came by a link. Nothing is changed. */
export function look(from: u32, count: u32): void {
  ingress = from;
  inside = from == link.INTERCONNECT;
  sight(from, count, tags);
  touchBuckets(count);
  findCandidates(count);
  touchRecords(count);
}

/** The entry of the packet at `at`: the candidate, if it is still so; 0: there is none. */
function entryOf(index: u32, at: usize, protocol: u32): u32 {
  const source = load<u32>(at, ipv4.SOURCE);
  const destination = load<u32>(at, ipv4.DESTINATION);
  const header = (<usize>(load<u8>(at, ipv4.VERSION_IHL) & 15)) << 2;
  const ports = load<u32>(at + header);
  const candidate = load<u32>(candidates + ((<usize>index) << 2));
  if (
    (load<u8>(recordAt(candidate), flow.STATE) & flow.IN_USE) != 0 &&
    belongs(inside, candidate, protocol, source, destination, ports)
  )
    return candidate;
  return search(inside, protocol, source, destination, ports);
}

function repeatOne(index: u32, now: f64): bool {
  if (tagIn(index) == 0) return false;
  const at = packetAt(index);
  const protocol = <u32>load<u8>(at, ipv4.PROTOCOL);
  const record = entryOf(index, at, protocol);
  if (record != 0 && repeatFlow(record, inside, ingress, index, at, protocol, now)) return true;
  if (inside) return record == 0 && repeatOutgoing(ingress, index, at, protocol, now);
  return repeatInbound(record != 0, ingress, index, at, protocol, now);
}

/**
 * Passes on the frames that were looked at, in their order from slot `from` on, before `count`, at `now`
 * milliseconds: each is rewritten in place, and its length and the link that it leaves by are noted. Returns
 * the first slot whose frame was not, which must go up; `count`: there is none.
 */
export function repeat(from: u32, count: u32, now: f64): u32 {
  if ((load<u32>(settings, config.FLAGS) & config.AT_WORK) == 0) return from;
  for (let index = from; index < count; index++) {
    if (repeatOne(index, now)) continue;
    leaves(index, slot.UP, lengthOf(index));
    return index;
  }
  return count;
}
