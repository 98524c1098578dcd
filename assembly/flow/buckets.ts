// Buckets of the flow table: cuckoo hashing with two buckets of eight lanes for each key (Pagh and Rodler,
// "Cuckoo hashing", 2004). Both follow from the tag alone, so that entries move without their records.

import { scattered, tagOf } from './hash.ts';
import { addressesOf, belongs, portsOf, recordAt } from './record.ts';
import * as flow from '../layout/flow.ts';

/** An entry comes to rest after so many moves, or overflows. With three, a chain could bite its own tail. */
const MOVES = 2;
const TAG_SIZE = 4;

let outsideBuckets: usize = 0;
let insideBuckets: usize = 0;
/** Distance of the last bucket from the first, in bytes. */
let last: u32 = 0;
/** Leaves of 32 bits as many as number a bucket. */
let shift: u32 = 0;
/** The first record of the overflow chain, which both directions share. */
let overflow: u32 = 0;

/** `count` is a power of two, at least 2, for each direction. */
export function placeBuckets(at: usize, count: u32): void {
  outsideBuckets = at;
  insideBuckets = at + <usize>count * flow.BUCKET_SIZE;
  last = (count - 1) * flow.BUCKET_SIZE;
  shift = clz(count) + 1;
  overflow = 0;
}

function bucketsOf(inside: bool): usize {
  return select<usize>(insideBuckets, outsideBuckets, inside);
}

/** Where the bucket is in which an entry with this tag is put when it has room. */
export function firstBucket(inside: bool, tag: u32): usize {
  return bucketsOf(inside) + (scattered(tag) >>> shift) * flow.BUCKET_SIZE;
}

/** Where the other bucket of this tag is: never the same one, and the other's other is the first. */
export function otherBucket(inside: bool, bucket: usize, tag: u32): usize {
  const buckets = bucketsOf(inside);
  const distance = ((scattered(tag) | 1) * flow.BUCKET_SIZE) & last;
  return buckets + ((<u32>(bucket - buckets)) ^ distance);
}

/** The lanes of a bucket that hold a tag, a bit each. */
function lanesWith(bucket: usize, tag: u32): u32 {
  const wanted = i32x4.splat(tag);
  const low = i32x4.eq(v128.load(bucket, flow.TAGS), wanted);
  const high = i32x4.eq(v128.load(bucket, flow.TAGS + 16), wanted);
  return i32x4.bitmask(low) | (i32x4.bitmask(high) << 4);
}

/** The first record in a bucket under this tag, which another's may be too; 0: there is none. */
export function candidateIn(bucket: usize, tag: u32): u32 {
  const lanes = lanesWith(bucket, tag);
  return lanes == 0 ? 0 : load<u32>(bucket + ctz(lanes) * TAG_SIZE, flow.RECORDS);
}

/** The record in a bucket that packets between these ends belong to; 0: none. */
export function searchBucket(
  inside: bool,
  bucket: usize,
  tag: u32,
  protocol: u32,
  addresses: u64,
  ports: u32,
): u32 {
  for (let lanes = lanesWith(bucket, tag); lanes != 0; lanes &= lanes - 1) {
    const record = load<u32>(bucket + ctz(lanes) * TAG_SIZE, flow.RECORDS);
    if (belongs(inside, record, protocol, addresses, ports)) return record;
  }
  return 0;
}

/** The same in the overflow chain, which is empty but for bad luck. */
export function searchOverflow(inside: bool, protocol: u32, addresses: u64, ports: u32): u32 {
  let record = overflow;
  while (record != 0 && !belongs(inside, record, protocol, addresses, ports))
    record = load<u32>(recordAt(record), flow.OVERFLOW_NEXT);
  return record;
}

/** The same wherever it is. */
export function search(inside: bool, protocol: u32, addresses: u64, ports: u32): u32 {
  const tag = tagOf(protocol, addresses, ports);
  const first = firstBucket(inside, tag);
  let record = searchBucket(inside, first, tag, protocol, addresses, ports);
  if (record != 0) return record;
  const other = otherBucket(inside, first, tag);
  record = searchBucket(inside, other, tag, protocol, addresses, ports);
  return record != 0 ? record : searchOverflow(inside, protocol, addresses, ports);
}

/** Where an empty lane of a bucket is; 0: it is full. */
function emptyLane(bucket: usize): usize {
  const lanes = lanesWith(bucket, 0);
  return lanes == 0 ? 0 : bucket + ctz(lanes) * TAG_SIZE;
}

function fill(lane: usize, tag: u32, record: u32): void {
  store<u32>(lane, tag, flow.TAGS);
  store<u32>(lane, record, flow.RECORDS);
}

/** A lane of a full bucket, after its entry moved to its other bucket; 0: none could in so many moves. */
function vacatedLane(inside: bool, bucket: usize, moves: u32): usize {
  for (let lane = bucket; lane < bucket + flow.LANES * TAG_SIZE; lane += TAG_SIZE) {
    const tag = load<u32>(lane, flow.TAGS);
    const other = otherBucket(inside, bucket, tag);
    let room = emptyLane(other);
    if (room == 0 && moves > 1) room = vacatedLane(inside, other, moves - 1);
    if (room == 0) continue;
    fill(room, tag, load<u32>(lane, flow.RECORDS));
    return lane;
  }
  return 0;
}

/** Puts a record at the head of the overflow chain, unless the other direction did already. */
function overflows(record: u32): void {
  let there = overflow;
  while (there != 0 && there != record) there = load<u32>(recordAt(there), flow.OVERFLOW_NEXT);
  if (there != 0) return;
  store<u32>(recordAt(record), overflow, flow.OVERFLOW_NEXT);
  overflow = record;
}

function tagOfRecord(inside: bool, at: usize): u32 {
  const protocol = <u32>load<u8>(at, flow.PROTOCOL);
  return tagOf(protocol, addressesOf(inside, at), portsOf(inside, at));
}

/** Has a record found in one direction by the ends that it has; no other may have them. */
export function enter(inside: bool, record: u32): void {
  const tag = tagOfRecord(inside, recordAt(record));
  const first = firstBucket(inside, tag);
  let lane = emptyLane(first);
  if (lane == 0) {
    const other = otherBucket(inside, first, tag);
    lane = emptyLane(other);
    if (lane == 0) lane = vacatedLane(inside, first, MOVES);
    if (lane == 0) lane = vacatedLane(inside, other, MOVES);
  }
  if (lane == 0) overflows(record);
  else fill(lane, tag, record);
}

/** Empties the lane that holds a record; false: this bucket has none. */
function emptied(bucket: usize, tag: u32, record: u32): bool {
  for (let lanes = lanesWith(bucket, tag); lanes != 0; lanes &= lanes - 1) {
    const lane = bucket + ctz(lanes) * TAG_SIZE;
    if (load<u32>(lane, flow.RECORDS) != record) continue;
    fill(lane, 0, 0);
    return true;
  }
  return false;
}

/** Undoes `enter`, while the record has the same ends. One that overflowed stays in the chain. */
export function leave(inside: bool, record: u32): void {
  const tag = tagOfRecord(inside, recordAt(record));
  const first = firstBucket(inside, tag);
  if (!emptied(first, tag, record)) emptied(otherBucket(inside, first, tag), tag, record);
}

/** Takes a record out of the overflow chain, if it is there. */
export function leaveOverflow(record: u32): void {
  const next = load<u32>(recordAt(record), flow.OVERFLOW_NEXT);
  if (overflow == record) {
    overflow = next;
    return;
  }
  for (let there = overflow; there != 0;) {
    const after = load<u32>(recordAt(there), flow.OVERFLOW_NEXT);
    if (after == record) return store<u32>(recordAt(there), next, flow.OVERFLOW_NEXT);
    there = after;
  }
}
