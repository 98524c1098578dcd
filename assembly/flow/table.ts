// The flow table: the cluster connection table (figure 10) in linear memory. A flow takes 64 bytes of
// record, and in each direction 2 to 4 lanes of 8 bytes, as buckets are a power of two: 96 bytes where the
// capacity is one too, 128 where it is just above one.
//
// In memory lie the records from 0 up, the buckets of the outside, those of the inside. Records that were
// never used are not touched: they cost nothing yet.

import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import { enter, leave, leaveOverflow, placeBuckets, search } from './buckets.ts';
import { setKeys } from './hash.ts';
import { placeRecords, recordAt } from './record.ts';
import { append, detach, following, remove } from './ring.ts';
import * as flow from '../layout/flow.ts';

const OUTSIDE = false;
const INSIDE = true;
/** A bit for each phase that a connection may stay in. */
const SETTLED =
  (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED) | (1 << flow.TWO_WAY) | (1 << flow.RESET);
/** The phases in which TCP may be idle for long. */
const LASTING = (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED);

/** Records that there are, besides record 0; the highest that was ever used; the first free one below. */
let capacity: u32 = 0;
let used: u32 = 0;
let free: u32 = 0;
let size: u32 = 0;

/** How many buckets a direction needs for so many flows, half of its lanes being empty: a power of two. */
export function flowBuckets(flows: u32): u32 {
  const least = max<u32>((flows + flow.LANES / 2 - 1) / (flow.LANES / 2), 2);
  return 1 << (32 - clz(least - 1));
}

/** How many bytes a table of so many records, and buckets in each direction, needs. */
export function flowBytes(records: u32, buckets: u32): f64 {
  return (<f64>records + 1) * flow.RECORD_SIZE + <f64>buckets * flow.BUCKET_SIZE * 2;
}

/** Makes an empty table at `at`, a multiple of 64, of memory that is there and all zero. */
export function flowInit(
  at: usize,
  records: u32,
  buckets: u32,
  k0: u64,
  k1: u64,
  k2: u64,
  k3: u64,
  k4: u64,
): void {
  placeRecords(at);
  placeBuckets(recordAt(records + 1), buckets);
  setKeys(k0, k1, k2, k3, k4);
  capacity = records;
  used = 0;
  free = 0;
  size = 0;
}

/** Two addresses in host order as they lie in a packet. */
function addressesIn(source: u32, destination: u32): u64 {
  return bswap<u64>(((<u64>source) << 32) | destination);
}

/** The record of a host's packet to the cluster, ends in host order; 0: none. */
export function findOutside(
  protocol: u32,
  hostAddress: u32,
  hostPort: u32,
  clusterAddress: u32,
  clusterPort: u32,
): u32 {
  // Swapped as one word, the ports change places.
  const ports = bswap<u32>((hostPort << 16) | clusterPort);
  return search(OUTSIDE, protocol, addressesIn(hostAddress, clusterAddress), ports);
}

/** The record of a node's packet to a host, ends in host order; 0: none. */
export function findInside(
  protocol: u32,
  nodeAddress: u32,
  nodePort: u32,
  hostAddress: u32,
  hostPort: u32,
): u32 {
  const ports = bswap<u32>((nodePort << 16) | hostPort);
  return search(INSIDE, protocol, addressesIn(nodeAddress, hostAddress), ports);
}

/** A record to be written and then linked; 0: there is none left. */
export function flowAllocate(): u32 {
  const record = free;
  if (record != 0) {
    free = load<u32>(recordAt(record), flow.NEXT);
    return record;
  }
  return used < capacity ? ++used : 0;
}

/** The phase of a record, as a bit. */
function phaseBit(record: u32): u32 {
  const state = <u32>load<u8>(recordAt(record), flow.STATE);
  return 1 << (state & flow.PHASE_MASK);
}

/** Enters a record that is written, ends and state: it is found from now on, and last in both orders. */
export function flowLink(record: u32): void {
  enter(OUTSIDE, record);
  enter(INSIDE, record);
  append(flow.NEXT, record);
  detach(flow.FLEETING_NEXT, record);
  flowRestate(record);
  size++;
}

/** Takes a record out of everything, and has it free for another. */
export function flowUnlink(record: u32): void {
  leave(OUTSIDE, record);
  leave(INSIDE, record);
  leaveOverflow(record);
  remove(flow.NEXT, record);
  remove(flow.FLEETING_NEXT, record);
  const at = recordAt(record);
  store<u8>(at, 0, flow.STATE);
  store<u32>(at, free, flow.NEXT);
  free = record;
  size--;
}

/** To be called after a record's state or the time of its last message was written: D5 orders by them. */
export function flowRestate(record: u32): void {
  remove(flow.FLEETING_NEXT, record);
  if ((phaseBit(record) & SETTLED) == 0) append(flow.FLEETING_NEXT, record);
}

/** To be called before a record's node address or node port is written. */
export function flowLeaveInside(record: u32): void {
  leave(INSIDE, record);
}

/** To be called after they were. */
export function flowEnterInside(record: u32): void {
  enter(INSIDE, record);
}

/** Of those not established, the record that was heard longest ago; 0: none. */
export function flowOldestFleeting(): u32 {
  return following(flow.FLEETING_NEXT, 0);
}

export function flowSize(): u32 {
  return size;
}

/** Whatever hops were learned is void. */
export function flowForgetHops(): void {
  for (let record: u32 = 1; record <= used; record++) store<u16>(recordAt(record), 0, flow.EPOCH);
}

/**
 * Looks at `most` records from `from` (1 the first time) and writes the numbers of those that were idle too
 * long at `now` to `scratch`, 32 bits each, and 0 behind them. Times in milliseconds. Returns where to go on.
 */
export function flowExpired(
  from: u32,
  scratch: usize,
  most: u32,
  now: f64,
  tcpTransitory: f64,
  tcpEstablished: f64,
  udp: f64,
  icmp: f64,
): u32 {
  const end = min<u32>(from + most, used + 1);
  for (let record = from; record < end; record++) {
    const at = recordAt(record);
    if ((load<u8>(at, flow.STATE) & flow.IN_USE) == 0) continue;
    const protocol = <i32>load<u8>(at, flow.PROTOCOL);
    let limit = (phaseBit(record) & LASTING) != 0 ? tcpEstablished : tcpTransitory;
    if (protocol == ipv4.PROTOCOL_UDP) limit = udp;
    if (protocol == ipv4.PROTOCOL_ICMP) limit = icmp;
    if (now - load<f64>(at, flow.LAST_SEEN) < limit) continue;
    store<u32>(scratch, record);
    scratch += 4;
  }
  store<u32>(scratch, 0);
  return end > used ? 1 : end;
}
