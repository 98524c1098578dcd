// The pipeline: repeats what was decided before, for a batch of frames where they lie. Passes over the batch
// have the memory that they will need come while others work: buckets, then records, or other buckets where
// the first have no such tag. Then frame after frame is passed on, until one must go up to `decide`.

import * as ipv4 from '../core/wire/layout/ipv4.ts';
import { ingress, leaves, lengthOf, packetAt, setIngress } from './areas.ts';
import { candidateIn, firstBucket, otherBucket, search } from './flow-buckets.ts';
import { tagOf } from './flow-hash.ts';
import { belongs, recordAt } from './flow-record.ts';
import * as link from './layout/link.ts';
import * as config from './layout/settings.ts';
import { repeatFlow, repeatPlain } from './repeat-flow.ts';
import { repeatInbound, repeatOutgoing } from './repeat-service.ts';
import { headerOf, protocolOf, seenAt } from './sight.ts';

// Arrays of 32 bits for each slot.
/** What was seen of its packet; 0: it goes up. And its tag. */
let sights: usize = 0;
let tags: usize = 0;
/** What it will need of the memory next. */
let places: usize = 0;
/** The record that may be its own; 0: none is known. */
let candidates: usize = 0;
/** Slots for which the first bucket had no candidate, one after another. */
let misses: usize = 0;
/** Loads whose values nobody needs are stored, or they would not be made. Nothing else is here. */
let sink: usize = 0;

let inside: bool = false;

/** Scratch for `capacity` slots: five words for each, and one. */
export function placeScratch(at: usize, capacity: u32): void {
  const size = (<usize>capacity) << 2;
  sights = at;
  tags = at + size;
  places = at + 2 * size;
  candidates = at + 3 * size;
  misses = at + 4 * size;
  sink = at + 5 * size;
}

function wordIn(array: usize, index: u32): u32 {
  return load<u32>(array + ((<usize>index) << 2));
}

function putWord(array: usize, index: u32, value: u32): void {
  store<u32>(array + ((<usize>index) << 2), value);
}

/**
 * Has all places come. Nothing else is done in this loop: so the processor asks for as much memory at once as
 * it can (see docs/decisions).
 */
function touch(count: u32): void {
  let sum: u32 = 0;
  const end = places + ((<usize>count) << 2);
  for (let at = places; at < end; at += 4) sum += load<u8>(load<u32>(at));
  store<u32>(sink, sum);
}

/** Sees the batch: what each packet is, its tag, and where its bucket is. */
function see(count: u32): void {
  for (let index: u32 = 0; index < count; index++) {
    const at = packetAt(index);
    const seen = seenAt(at, lengthOf(index));
    putWord(sights, index, seen);
    const tag = tagOf(protocolOf(seen), load<u64>(at, ipv4.SOURCE), load<u32>(at + headerOf(seen)));
    putWord(tags, index, tag);
    putWord(places, index, <u32>(seen == 0 ? sink : firstBucket(inside, tag)));
  }
}

/** Finds candidates in the buckets that came. Returns how many have to be looked for in the other bucket. */
function findCandidates(count: u32): u32 {
  let missed: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    if (wordIn(sights, index) == 0) continue;
    const tag = wordIn(tags, index);
    const first = wordIn(places, index);
    const record = candidateIn(first, tag);
    putWord(candidates, index, record);
    putWord(misses, missed, index);
    missed += <u32>(record == 0);
    putWord(places, index, <u32>(record == 0 ? otherBucket(inside, first, tag) : recordAt(record)));
  }
  return missed;
}

/** Finds those in the other buckets, which came, and has their records come. */
function findMissed(missed: u32): void {
  let sum: u32 = 0;
  for (let miss: u32 = 0; miss < missed; miss++) {
    const index = wordIn(misses, miss);
    const record = candidateIn(wordIn(places, index), wordIn(tags, index));
    putWord(candidates, index, record);
    sum += load<u8>(recordAt(record));
  }
  store<u32>(sink, sum);
}

/** Looks at the frames in the first `count` slots, which came by a link. Nothing is changed. */
export function look(from: u32, count: u32): void {
  setIngress(from);
  inside = from == link.INTERCONNECT;
  if ((load<u32>(ingress, link.FLAGS) & link.SERVED) == 0)
    return memory.fill(sights, 0, count << 2);
  see(count);
  touch(count);
  const missed = findCandidates(count);
  touch(count);
  findMissed(missed);
}

/** Whether the candidate of a slot is still, or at all, the entry of the packet at `at`. */
function isEntry(candidate: u32, at: usize, seen: u32): bool {
  const addresses = load<u64>(at, ipv4.SOURCE);
  return belongs(inside, candidate, protocolOf(seen), addresses, load<u32>(at + headerOf(seen)));
}

/** Passes on plain packets of known connections up to the first other; returns its slot. */
function repeatWhilePlain(from: u32, count: u32, now: f64): u32 {
  for (let index = from; index < count; index++) {
    const seen = wordIn(sights, index);
    const at = packetAt(index);
    const candidate = wordIn(candidates, index);
    if (seen == 0 || !isEntry(candidate, at, seen)) return index;
    if (!repeatPlain(recordAt(candidate), inside, index, at, seen, now)) return index;
  }
  return count;
}

/** The entry of the packet at `at`; 0: there is none. */
function entryOf(at: usize, seen: u32): u32 {
  const addresses = load<u64>(at, ipv4.SOURCE);
  return search(inside, protocolOf(seen), addresses, load<u32>(at + headerOf(seen)));
}

/** Passes any other packet on; false: it goes up. */
function repeatOther(index: u32, now: f64): bool {
  const seen = wordIn(sights, index);
  if (seen == 0) return false;
  const at = packetAt(index);
  const record = entryOf(at, seen);
  if (record != 0 && repeatFlow(record, inside, index, at, seen, now)) return true;
  if (inside) return record == 0 && repeatOutgoing(index, at, seen, now);
  return repeatInbound(record != 0, index, at, seen, now);
}

/**
 * Passes on the frames that were looked at, in their order from slot `from` on, before `count`, at `now`
 * milliseconds: each is rewritten in place, and its length and the link that it leaves by are noted. Returns
 * the first slot whose frame was not, which must go up; `count`: there is none.
 */
export function repeat(from: u32, count: u32, now: f64): u32 {
  if ((load<u32>(config.AT, config.FLAGS) & config.AT_WORK) == 0) return from;
  let index = repeatWhilePlain(from, count, now);
  while (index < count && repeatOther(index, now)) index = repeatWhilePlain(index + 1, count, now);
  return index;
}
