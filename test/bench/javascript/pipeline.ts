// The JavaScript reference: the pipeline of assembly/pipeline/pipeline.ts, check by check, in plain JavaScript on the
// same memory. In passes, which have memory come that is needed next; or frame after frame, as one would
// write it first.

import * as flow from '../../../assembly/layout/flow.ts';
import * as link from '../../../assembly/layout/link.ts';
import * as settings from '../../../assembly/layout/settings.ts';
import * as slot from '../../../assembly/layout/slot.ts';
import * as ethernet from '../../../core/wire/layout/ethernet.ts';
import * as ipv4 from '../../../core/wire/layout/ipv4.ts';
import type { Batch, Places } from '../places.ts';
import { directoryIn } from './directory.ts';
import { flowsIn } from './flows.ts';
import { hashWith } from './hash.ts';
import type { Words } from './memory.ts';
import { passingIn } from './passing.ts';
import { OTHER, plainIn } from './plain.ts';
import { UP, repeatFlowIn } from './repeat-flow.ts';
import { repeatServiceIn } from './repeat-service.ts';
import { sightIn } from './sight.ts';

const LARGEST_BATCH = 1024;

const headerOf = (seen: number): number => (seen >>> 16) & 0xff;
const protocolOf = (seen: number): number => seen >>> 24;
const totalOf = (seen: number): number => seen & 0xffff;

/** Repeats a batch; returns how many frames were passed on. Nothing is done to the rest. */
export type RepeatBatch = (batch: Batch, now: number) => number;

export const javascriptPipeline = (
  words: Words,
  places: Places,
): { readonly inPasses: RepeatBatch; readonly singly: RepeatBatch } => {
  const { get8, get32, put32 } = words;
  const hash = hashWith(places.keys);
  const { tagOf } = hash;
  const flows = flowsIn(words, hash, places);
  const { firstBucket, otherBucket, candidateIn, recordAt } = flows;
  const directory = directoryIn(words, hash, places);
  const passing = passingIn(words, places);
  const { begin, seenAt } = sightIn(words, passing);
  const repeatPlain = plainIn(words, places);
  const repeatFlow = repeatFlowIn(words, places, flows, directory, passing);
  const { repeatInbound, repeatOutgoing } = repeatServiceIn(words, places, directory, passing);

  const sights = new Int32Array(LARGEST_BATCH);
  const tags = new Int32Array(LARGEST_BATCH);
  /** What a frame will need of the memory next. */
  const next = new Int32Array(LARGEST_BATCH);
  const candidates = new Int32Array(LARGEST_BATCH);
  const sink = new Int32Array(1);
  let inside = false;
  let offloads = false;
  let isServed = false;

  /** A batch comes by a link. */
  const start = ({ ingress }: Batch): void => {
    const from = places.links + ingress * link.SIZE;
    const flags = get32(from + link.FLAGS);
    inside = ingress === link.INTERCONNECT;
    offloads = (flags & link.OFFLOADS) !== 0;
    isServed = (flags & link.SERVED) !== 0;
    begin(from);
  };

  const see = (index: number, packet: number, length: number): void => {
    const seen = isServed ? seenAt(packet, length) : 0;
    sights[index] = seen;
    next[index] = 0;
    if (seen === 0) return;
    const source = get32(packet + ipv4.SOURCE);
    const destination = get32(packet + ipv4.DESTINATION);
    const ports = get32(packet + headerOf(seen));
    const tag = tagOf(protocolOf(seen), source, destination, ports);
    tags[index] = tag;
    next[index] = firstBucket(inside, tag);
  };

  const findCandidate = (index: number): void => {
    if (sights[index] === 0) return;
    const tag = tags[index] as number;
    const first = next[index] as number;
    let record = candidateIn(first, tag);
    if (record === 0) record = candidateIn(otherBucket(inside, first, tag), tag);
    candidates[index] = record;
    next[index] = recordAt(record);
  };

  const touch = (count: number): void => {
    let sum = 0;
    for (let index = 0; index < count; index++) sum = (sum + get32(next[index] as number)) | 0;
    sink[0] = sum;
  };

  const repeatOther = (index: number, packet: number, now: number): number => {
    const seen = sights[index] as number;
    if (seen === 0) return UP;
    const protocol = protocolOf(seen);
    const header = headerOf(seen);
    const total = totalOf(seen);
    const source = get32(packet + ipv4.SOURCE);
    const destination = get32(packet + ipv4.DESTINATION);
    const ports = get32(packet + header);
    let record = candidates[index] as number;
    const isInUse = (get8(recordAt(record) + flow.STATE) & flow.IN_USE) !== 0;
    if (!isInUse || !flows.belongs(inside, record, protocol, source, destination, ports))
      record = flows.search(inside, protocol, source, destination, ports);
    if (record !== 0) {
      const egress = repeatFlow(record, inside, packet, header, protocol, total, offloads, now);
      if (egress !== UP) return egress;
      if (inside) return UP;
    }
    return inside
      ? repeatOutgoing(packet, header, protocol, total, offloads, now)
      : repeatInbound(record !== 0, packet, header, protocol, total, offloads, now);
  };

  /** Passes a frame on; returns 1 if it was, else 0. */
  const repeat = (batch: Batch, index: number, packet: number, now: number): number => {
    const seen = sights[index] as number;
    const total = totalOf(seen);
    let egress = OTHER;
    if (protocolOf(seen) === ipv4.PROTOCOL_TCP && !offloads)
      egress = repeatPlain(candidates[index] as number, inside, packet, headerOf(seen), total, now);
    if (egress === OTHER) egress = repeatOther(index, packet, now);
    if (egress === UP) return 0;
    put32(batch.egresses + index * 4, egress);
    put32(batch.lengths + index * 4, total + ethernet.HEADER_LENGTH);
    return 1;
  };

  const isAtWork = (): boolean => (get32(settings.AT + settings.FLAGS) & settings.AT_WORK) !== 0;

  return {
    inPasses: (batch, now) => {
      if (!isAtWork()) return 0;
      const { count, stride } = batch;
      const packets = batch.slots + slot.PACKET;
      start(batch);
      for (let index = 0; index < count; index++)
        see(index, packets + index * stride, get32(batch.lengths + index * 4));
      touch(count);
      for (let index = 0; index < count; index++) findCandidate(index);
      touch(count);
      let passed = 0;
      for (let index = 0; index < count; index++)
        passed += repeat(batch, index, packets + index * stride, now);
      return passed;
    },
    singly: (batch, now) => {
      if (!isAtWork()) return 0;
      const { count, stride } = batch;
      const packets = batch.slots + slot.PACKET;
      start(batch);
      let passed = 0;
      for (let index = 0; index < count; index++) {
        const packet = packets + index * stride;
        see(index, packet, get32(batch.lengths + index * 4));
        findCandidate(index);
        passed += repeat(batch, index, packet, now);
      }
      return passed;
    },
  };
};
