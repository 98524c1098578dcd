// The pipeline: repeats what was decided before, for a batch of frames where they lie. Passes over the batch
// have the memory that they will need come while others work: buckets, then records, or other buckets where
// the first have no such tag. Then frame after frame is passed on, until one must go up to `decide`.

import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import { ingress, lengths, packets, setIngress, stride } from './areas.ts';
import { candidateIn, firstBucket, otherBucket, search } from '../flow/buckets.ts';
import { tagOf } from '../flow/hash.ts';
import { belongs, recordAt } from '../flow/record.ts';
import * as link from '../layout/link.ts';
import * as config from '../layout/settings.ts';
import * as note from './note.ts';
import { repeatFlow, repeatPlain } from './repeat-flow.ts';
import { repeatInbound, repeatOutgoing } from './repeat-service.ts';
import { headerOf, protocolOf, seenAt } from './sight.ts';

/** The notes of the batch, one for each slot. */
let notes: usize = 0;
/** Behind them: notes for which the first bucket had no candidate, an array of 32 bits each. */
let misses: usize = 0;
/** Loads whose values nobody needs are stored, or they would not be made. Nothing else is here. */
let sink: usize = 0;

let inside: bool = false;

/** Scratch for `capacity` slots, from a multiple of 16 on: a note and a word for each, and a word. */
export function placeScratch(at: usize, capacity: u32): void {
  notes = at;
  misses = at + <usize>capacity * note.SIZE;
  sink = misses + ((<usize>capacity) << 2);
}

/** The tag of the packet at `at`. */
function tagAt(at: usize, seen: u32): u32 {
  return tagOf(protocolOf(seen), load<u64>(at, ipv4.SOURCE), load<u32>(at + headerOf(seen)));
}

/** Has the headers of the batch come, which lie far apart. */
function touchHeaders(first: u32, count: u32): void {
  let sum: u32 = 0;
  const from = packets + <usize>first * stride;
  const end = from + <usize>count * stride;
  for (let at = from; at < end; at += stride) sum += load<u8>(at);
  store<u32>(sink, sum);
}

/** Sees the batch from slot `first` on: what each packet is, its tag, and where its bucket is. */
function see(first: u32, start: usize, end: usize): void {
  let at = packets + <usize>first * stride;
  let length = lengths + ((<usize>first) << 2);
  for (let here = start; here < end; here += note.SIZE) {
    const seen = seenAt(at, load<u32>(length));
    const tag = tagAt(at, seen);
    store<u32>(here, seen, note.SEEN);
    store<u32>(here, tag, note.TAG);
    store<u32>(here, <u32>firstBucket(inside, tag), note.PLACE);
    at += stride;
    length += 4;
  }
}

/**
 * Has the places in the notes come. Nothing else is done in this loop: so the processor asks for as much
 * memory at once as it can (docs/decisions/0018).
 */
function touch(start: usize, end: usize): void {
  let sum: u32 = 0;
  for (let here = start; here < end; here += note.SIZE)
    sum += load<u8>(load<u32>(here, note.PLACE));
  store<u32>(sink, sum);
}

/** Finds candidates in the buckets that came. Returns where the list of those ends that have none there. */
function findCandidates(start: usize, end: usize): usize {
  let missed = misses;
  for (let here = start; here < end; here += note.SIZE) {
    const tag = load<u32>(here, note.TAG);
    const first = <usize>load<u32>(here, note.PLACE);
    const record = candidateIn(first, tag);
    store<u32>(here, record, note.CANDIDATE);
    store<u32>(here, <u32>recordAt(record), note.PLACE);
    if (record != 0) continue;
    store<u32>(here, <u32>otherBucket(inside, first, tag), note.PLACE);
    store<u32>(missed, <u32>here);
    missed += 4;
  }
  return missed;
}

/** Finds those in the other buckets, which came, and has their records come. */
function findMissed(missed: usize): void {
  let sum: u32 = 0;
  for (let miss = misses; miss < missed; miss += 4) {
    const here = <usize>load<u32>(miss);
    const record = candidateIn(load<u32>(here, note.PLACE), load<u32>(here, note.TAG));
    store<u32>(here, record, note.CANDIDATE);
    sum += load<u8>(recordAt(record));
  }
  store<u32>(sink, sum);
}

/** Looks at the frames in `count` slots from `first` on, which came by a link. Nothing is changed. */
export function look(from: u32, first: u32, count: u32): void {
  const start = notes + <usize>first * note.SIZE;
  const end = start + <usize>count * note.SIZE;
  setIngress(from);
  inside = from == link.INTERCONNECT;
  if ((load<u32>(ingress, link.FLAGS) & link.SERVED) == 0)
    return memory.fill(start, 0, end - start);
  touchHeaders(first, count);
  see(first, start, end);
  touch(start, end);
  const missed = findCandidates(start, end);
  touch(start, end);
  findMissed(missed);
}

// The direction as a type: the compiler makes a function of its own for each, in which it is no question.
type Inside = u64;
type Outside = u32;

/** Passes on plain packets of known connections up to the first other; returns its slot. */
function repeatWhilePlain<Direction>(from: u32, until: u32, now: f64): u32 {
  const inside = sizeof<Direction>() == sizeof<Inside>();
  let here = notes + <usize>from * note.SIZE;
  let at = packets + <usize>from * stride;
  let length = lengths + ((<usize>from) << 2);
  for (let index = from; index < until; index++) {
    const seen = load<u32>(here, note.SEEN);
    const candidate = load<u32>(here, note.CANDIDATE);
    const addresses = load<u64>(at, ipv4.SOURCE);
    const ports = load<u32>(at + headerOf(seen));
    // The candidate may be another's, or not be there any more.
    if (seen == 0 || !belongs(inside, candidate, protocolOf(seen), addresses, ports)) return index;
    if (!repeatPlain(recordAt(candidate), inside, length, at, seen, now)) return index;
    here += note.SIZE;
    at += stride;
    length += 4;
  }
  return until;
}

function goOn(from: u32, until: u32, now: f64): u32 {
  return inside
    ? repeatWhilePlain<Inside>(from, until, now)
    : repeatWhilePlain<Outside>(from, until, now);
}

/** The entry of the packet at `at`; 0: there is none. */
function entryOf(at: usize, seen: u32): u32 {
  const addresses = load<u64>(at, ipv4.SOURCE);
  return search(inside, protocolOf(seen), addresses, load<u32>(at + headerOf(seen)));
}

/** Passes any other packet on; false: it goes up. */
function repeatOther(index: u32, now: f64): bool {
  const seen = load<u32>(notes + <usize>index * note.SIZE, note.SEEN);
  if (seen == 0) return false;
  const at = packets + <usize>index * stride;
  const length = lengths + ((<usize>index) << 2);
  const record = entryOf(at, seen);
  if (record != 0 && repeatFlow(record, inside, length, at, seen, now)) return true;
  if (inside) return record == 0 && repeatOutgoing(length, at, seen, now);
  return repeatInbound(record != 0, length, at, seen, now);
}

/**
 * Passes on the frames that were looked at, in their order from slot `from` on, before `until`, at `now`
 * milliseconds: each is rewritten in place, and its length and the link that it leaves by are noted. Returns
 * the first slot whose frame was not, which must go up; `until`: there is none.
 */
export function repeat(from: u32, until: u32, now: f64): u32 {
  if ((load<u32>(config.AT, config.FLAGS) & config.AT_WORK) == 0) return from;
  let index = goOn(from, until, now);
  while (index < until && repeatOther(index, now)) index = goOn(index + 1, until, now);
  return index;
}
