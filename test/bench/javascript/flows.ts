// The JavaScript reference: look-ups in the flow table (assembly: flow/buckets.ts, flow/record.ts, flow/ring.ts).

import * as flow from '../../../assembly/layout/flow.ts';
import type { Places } from '../places.ts';
import type { Hash } from './hash.ts';
import { scattered } from './hash.ts';
import type { Words } from './memory.ts';

const SETTLED =
  (1 << flow.ESTABLISHED) | (1 << flow.HALF_CLOSED) | (1 << flow.TWO_WAY) | (1 << flow.RESET);
const NEXT = flow.FLEETING_NEXT;
const PREVIOUS = flow.FLEETING_PREVIOUS;

export type Flows = ReturnType<typeof flowsIn>;

export const flowsIn = ({ get8, get16, get32, put32 }: Words, hash: Hash, places: Places) => {
  const { records, outside, inside: insideBuckets, bucketsLast, shift } = places;

  const recordAt = (record: number): number => records + record * flow.RECORD_SIZE;

  const firstBucket = (inside: boolean, tag: number): number =>
    (inside ? insideBuckets : outside) + (scattered(tag) >>> shift) * flow.BUCKET_SIZE;

  const otherBucket = (inside: boolean, bucket: number, tag: number): number => {
    const buckets = inside ? insideBuckets : outside;
    const distance = Math.imul(scattered(tag) | 1, flow.BUCKET_SIZE) & bucketsLast;
    return buckets + ((bucket - buckets) ^ distance);
  };

  /** The first record in a bucket under this tag; 0: there is none. */
  const candidateIn = (bucket: number, tag: number): number => {
    for (let lane = bucket; lane < bucket + flow.LANES * 4; lane += 4)
      if (get32(lane + flow.TAGS) === tag) return get32(lane + flow.RECORDS);
    return 0;
  };

  const belongs = (
    inside: boolean,
    record: number,
    protocol: number,
    source: number,
    destination: number,
    ports: number,
  ): boolean => {
    const at = recordAt(record);
    const from = inside ? at + flow.NODE_ADDRESS : at + flow.HOST_ADDRESS;
    const to = inside ? at + flow.HOST_ADDRESS : at + flow.CLUSTER_ADDRESS;
    const sourcePort = get16(inside ? at + flow.NODE_PORT : at + flow.HOST_PORT);
    const destinationPort = get16(inside ? at + flow.HOST_PORT : at + flow.CLUSTER_PORT);
    return (
      get32(from) === source &&
      get32(to) === destination &&
      (sourcePort | (destinationPort << 16)) === ports &&
      get8(at + flow.PROTOCOL) === protocol
    );
  };

  const searchBucket = (
    inside: boolean,
    bucket: number,
    tag: number,
    protocol: number,
    source: number,
    destination: number,
    ports: number,
  ): number => {
    for (let lane = bucket; lane < bucket + flow.LANES * 4; lane += 4) {
      if (get32(lane + flow.TAGS) !== tag) continue;
      const record = get32(lane + flow.RECORDS);
      if (belongs(inside, record, protocol, source, destination, ports)) return record;
    }
    return 0;
  };

  /** The record of a packet wherever it is; 0: none. The overflow chain of the bench's tables is empty. */
  const search = (
    inside: boolean,
    protocol: number,
    source: number,
    destination: number,
    ports: number,
  ): number => {
    const tag = hash.tagOf(protocol, source, destination, ports);
    const first = firstBucket(inside, tag);
    const record = searchBucket(inside, first, tag, protocol, source, destination, ports);
    if (record !== 0) return record;
    const other = otherBucket(inside, first, tag);
    return searchBucket(inside, other, tag, protocol, source, destination, ports);
  };

  const ringLink = (before: number, after: number): void => {
    put32(recordAt(before) + NEXT, after);
    put32(recordAt(after) + PREVIOUS, before);
  };

  /** To be called after the time of a record's last message was written. */
  const restate = (record: number): void => {
    const at = recordAt(record);
    ringLink(get32(at + PREVIOUS), get32(at + NEXT));
    ringLink(record, record);
    if ((SETTLED >> (get8(at + flow.STATE) & flow.PHASE_MASK)) & 1) return;
    ringLink(get32(recordAt(0) + PREVIOUS), record);
    ringLink(record, 0);
  };

  return { recordAt, firstBucket, otherBucket, candidateIn, belongs, search, restate };
};
