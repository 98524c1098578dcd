// The running gateway: reads frames into slots, asks the core, carries its decisions out. No rule of
// routing stands here.

import { decide } from '../../core/switch/decide.ts';
import { counterOf } from '../../core/decision/count.ts';
import type { Connection } from '../../core/decision/connection/connection.ts';
import { announcements, emptyTablesInPlace } from '../../core/switch/start.ts';
import type { Change, Tables } from '../../core/decision/tables.ts';
import { apply } from '../../core/decision/tables.ts';
import { ageing, tick } from '../../core/switch/tick.ts';
import type { Link, Topology } from '../../core/decision/topology.ts';
import type { Send } from '../../core/decision/send.ts';
import type { Decision } from '../../core/decision/verdict.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { HEADER_LENGTH } from '../../core/wire/layout/ethernet.ts';
import { LENGTH as OFFLOAD_LENGTH } from '../../assembly/layout/offload.ts';
import type { Device, Slots } from '../device.ts';
import { PACKET_OFFSET, frameOffset, longestPacket } from '../device.ts';
import * as offload from '../offload/header.ts';
import { plainFrames } from '../offload/plain.ts';
import type { Counters } from './counters.ts';
import { count, linkCounters, makeCounters } from './counters.ts';
import type { Extent, Kernels } from './kernels.ts';
import { loadKernels, perform, performCopy } from './kernels.ts';
import { makeMemory } from './memory.ts';
import { makePipeline } from './pipeline/pipeline.ts';

/**
 * Frames that are read in one batch: the more, the more memory is asked for at once; but with offloads each
 * may be 64 KiB long.
 */
const BATCH = 256;
const BATCH_WITH_OFFLOADS = 64;
/**
 * Ageing goes in slices of less than 100 µs, for which frames may wait: so many connections are looked at by
 * the kernels, or, while a node is down, one after another; and so many changes are made.
 */
const AGED_AT_ONCE = 8192;
const WALKED_AT_ONCE = 128;
const CHANGED_AT_ONCE = 64;

const placeOf = ({ base, stride }: Slots, index: number): number => base + index * stride;

/** The frame in a slot, which has an Ethernet header. */
const extentIn = (slots: Slots, index: number): Extent => ({
  offset: placeOf(slots, index) + frameOffset('ethernet'),
  length: slots.lengths[index] ?? 0,
});

export interface Gateway {
  readonly tables: Tables;
  readonly counters: Counters;
  /** Makes changes that people asked for. */
  change(changes: readonly Change[]): void;
  /** Says on every link that its address is here. */
  announce(): void;
  /** Takes one batch from a link: whether it was a full one; `gone` when the device is. */
  take(link: Link): 'full' | 'drained' | 'gone';
  /**
   * Has some connections end that were idle too long, or whose node is gone, in less time than frames may wait
   * (100 µs). Whether there are more to be looked at: of a round through all, one is due before every tick.
   */
  age(): boolean;
  /** What else time brings about; to be called every `TICK_EVERY` milliseconds. */
  tick(): void;
}

/** A gateway over `devices`, one for each link of `topology`; `clock` gives whole milliseconds, never going back. */
export const makeGateway = (
  topology: Topology,
  devices: readonly (Device | null)[],
  clock: () => number,
  kernels: Kernels = loadKernels(),
): Gateway => {
  const hasOffloads = (link: Link): boolean => devices[link]?.offloads === true;
  const largest = Math.max(...devices.map((device) => (device ? longestPacket(device) : 0)));
  const batch = devices.some((device) => device?.offloads === true) ? BATCH_WITH_OFFLOADS : BATCH;
  const memory = makeMemory(kernels, batch, largest + HEADER_LENGTH, topology);
  const { slots, connections } = memory;
  const counters = makeCounters(topology.links.length);
  let tables: Tables = { ...emptyTablesInPlace(topology), connections };
  const pipeline = makePipeline(kernels, memory.pipeline, connections, tables, hasOffloads);
  /** Through all connections, for those whose node is gone: under way since a node was, until the last. */
  let walk: Iterator<Connection, undefined> | null = null;

  const put = (link: Link, { offset, length }: Extent): void => {
    const device = devices[link];
    const counted = linkCounters(counters, link);
    if (device?.write(slots, offset, length) === 'sent') {
      counted.framesOut++;
      counted.bytesOut += length;
    } else counted.lost++;
  };

  /** The same for a frame that is complete: nothing is left to the device. */
  const putPlain = (link: Link, extent: Extent): void => {
    const { offset } = extent;
    if (hasOffloads(link)) slots.bytes.fill(0, offset - OFFLOAD_LENGTH, offset);
    put(link, extent);
  };

  const send = ({ egress, frame, forwarding }: Send): void => {
    putPlain(egress, performCopy(kernels, slots, frame, forwarding));
  };

  const change = (changes: readonly Change[]): void => {
    if (changes.length === 0) return;
    tables = apply(tables, changes);
    pipeline.follow(changes, tables);
    if (!changes.some(({ kind }) => kind === 'topology')) return;
    // A walk that is left in the middle would be kept up for ever by the table.
    walk?.return?.();
    walk = tables.topology.nodes.some(({ state }) => state === 'down')
      ? tables.connections.values()
      : null;
  };

  /** Decides a frame, makes the changes, and gives what is to be done with the frame. */
  const settle = (link: Link, frame: ReadonlyBytes, now: number): Decision => {
    const decision = decide(tables, frame, link, now);
    counters.handled.decided++;
    count(counters, counterOf(decision.verdict));
    change(decision.changes);
    pipeline.learn(decision.verdict, tables);
    return decision;
  };

  /** Decides the frame in a slot and carries the decision out. */
  const handle = ({ framing }: Device, link: Link, slot: number, length: number, now: number) => {
    const at = slot + frameOffset(framing);
    const { verdict, sends } = settle(link, slots.bytes.subarray(at, at + length), now);
    if (verdict.kind === 'forward' || verdict.kind === 'deliver') {
      const { forwarding } = verdict;
      putPlain(forwarding.egress, perform(kernels, slot + PACKET_OFFSET, forwarding));
    }
    for (const one of sends) send(one);
  };

  /** The same where a header says what is left to be done: each of the plain frames is decided. */
  const handleOffloaded: typeof handle = (device, link, slot, length, now) => {
    const at = slot + frameOffset(device.framing);
    const left = offload.decode(slots.bytes, at - OFFLOAD_LENGTH);
    if (offload.isNothing(left)) return handle(device, link, slot, length, now);
    const plain = plainFrames(slots.bytes.subarray(at, at + length), device.framing, left);
    if (plain === null) return count(counters, 'offload-unsound');
    for (const frame of plain) {
      const { verdict, sends } = settle(link, frame, now);
      if (verdict.kind === 'forward' || verdict.kind === 'deliver')
        send({ egress: verdict.forwarding.egress, frame, forwarding: verdict.forwarding });
      for (const one of sends) send(one);
    }
  };

  const take = (link: Link): 'full' | 'drained' | 'gone' => {
    const device = devices[link];
    if (!device) return 'drained';
    const got = device.read(slots);
    if (got < 0) return 'gone';
    const counted = linkCounters(counters, link);
    const goUp = device.offloads ? handleOffloaded : handle;
    const now = clock();
    counted.framesIn += got;
    for (let index = 0; index < got; index++) counted.bytesIn += slots.lengths[index] ?? 0;
    pipeline.look(link, got);
    for (let from = 0; from < got;) {
      const up = pipeline.repeat(from, got, now);
      if (up > from) count(counters, 'forwarded', up - from);
      counters.handled.repeated += up - from;
      for (let index = from; index < up; index++)
        put(slots.egresses[index] ?? 0, extentIn(slots, index));
      if (up < got) goUp(device, link, placeOf(slots, up), slots.lengths[up] ?? 0, now);
      from = up + 1;
    }
    return got === slots.capacity ? 'full' : 'drained';
  };

  /** The next connections of the walk, in the order of their opening. */
  function* walked(): Generator<Connection, undefined> {
    for (let count = 0; count < WALKED_AT_ONCE; count++) {
      const next = walk?.next();
      if (next === undefined || next.done === true) {
        walk = null;
        return;
      }
      yield next.value;
    }
  }

  const age = (): boolean => {
    const now = clock();
    const next =
      walk === null
        ? connections.expired(now, tables.topology.timeouts, AGED_AT_ONCE, CHANGED_AT_ONCE)
        : walked();
    change(ageing(tables, next, now, CHANGED_AT_ONCE));
    return walk !== null || connections.isSweeping;
  };

  return {
    get tables() {
      return tables;
    },
    counters,
    change,
    announce: () => {
      for (const one of announcements(tables.topology)) send(one);
    },
    take,
    age,
    tick: () => {
      const now = clock();
      const due = tick(tables, now);
      for (const { verdict } of due.decisions) count(counters, counterOf(verdict));
      change(due.changes);
      for (const one of due.sends) send(one);
    },
  };
};
