// The running gateway: reads frames into slots, asks the core, carries its decisions out. No rule of
// routing stands here.

import { decide } from '../../core/switch/decide.ts';
import { counterOf } from '../../core/decision/count.ts';
import type { Connection } from '../../core/decision/connection/connection.ts';
import type { News } from '../../core/switch/news.ts';
import { afterNews, newsIn } from '../../core/switch/news.ts';
import { announcements, emptyTablesInPlace } from '../../core/switch/start.ts';
import type { Change, Tables } from '../../core/decision/tables.ts';
import { apply } from '../../core/decision/tables.ts';
import { ageing, tick } from '../../core/switch/tick.ts';
import type { Link, NodeIndex, Topology } from '../../core/decision/topology.ts';
import { linkSettings } from '../../core/decision/topology.ts';
import type { Send } from '../../core/decision/send.ts';
import type { Decision } from '../../core/decision/verdict.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';
import { LENGTH as OFFLOAD_LENGTH } from '../../assembly/layout/offload.ts';
import type { Framing, Slots } from '../device.ts';
import { PACKET_OFFSET, frameOffset } from '../device.ts';
import * as offload from '../offload/header.ts';
import { plainFrames } from '../offload/plain.ts';
import type { Counters } from './counters.ts';
import { count, countLost, linkCounters } from './counters.ts';
import type { Extent, Kernels } from './kernels.ts';
import { perform, performCopy } from './kernels.ts';
import type { Memory } from './memory.ts';
import type { Outlet } from './outlet.ts';
import { makePipeline } from './pipeline/pipeline.ts';

/**
 * Ageing goes in slices of less than 100 µs, for which frames may wait: so many connections are looked at by
 * the kernels, or, while a node is down, one after another; and so many changes are made.
 */
const AGED_AT_ONCE = 8192;
const WALKED_AT_ONCE = 128;
const CHANGED_AT_ONCE = 64;

const placeOf = ({ base, stride }: Slots, index: number): number => base + index * stride;

/** Other gateways, each of which has other hosts outside. */
export interface Fellows {
  /** Whether this one, of all, announces the addresses, and asks nodes for what concerns all. */
  readonly speaksForAll: boolean;
  /** Tells them. */
  tell(news: readonly News[]): void;
}

const NO_FELLOWS: Fellows = { speaksForAll: true, tell: () => undefined };

export interface Gateway {
  readonly tables: Tables;
  readonly counters: Counters;
  /** How many connections a node has, of any phase. */
  connectionsOf(node: NodeIndex): number;
  /** Makes changes that people asked for. */
  change(changes: readonly Change[]): void;
  /** Hears what another gateway told, of the same clock. */
  hear(news: readonly News[]): void;
  /** Says on every link that its address is here, unless another does. */
  announce(): void;
  /** Handles the frames that came by a link and lie in `count` slots from `first` on. */
  pass(link: Link, first: number, count: number): void;
  /**
   * Has some connections end that were idle too long, or whose node is gone, in less time than frames may wait
   * (100 µs). Whether there are more to be looked at: of a round through all, one is due before every tick.
   */
  age(): boolean;
  /** What else time brings about; to be called every `TICK_EVERY` milliseconds. */
  tick(): void;
}

/**
 * A gateway whose frames lie in the memory of the kernels, and leave by `outlet`; `clock` gives whole
 * milliseconds, never going back.
 */
export const makeGateway = (
  topology: Topology,
  memory: Memory,
  outlet: Outlet,
  counters: Counters,
  clock: () => number,
  kernels: Kernels,
  fellows: Fellows = NO_FELLOWS,
): Gateway => {
  const { slots, connections } = memory;
  let tables: Tables = { ...emptyTablesInPlace(topology), connections };
  const pipeline = makePipeline(kernels, memory.pipeline, connections, tables, outlet.hasOffloads);
  /** Through all connections, for those whose node is gone: under way since a node was, until the last. */
  let walk: Iterator<Connection, undefined> | null = null;

  /** Sends a frame that is complete: nothing is left to the device. */
  const putPlain = (link: Link, slot: number, { offset, length }: Extent): void => {
    if (outlet.hasOffloads(link)) slots.bytes.fill(0, offset - OFFLOAD_LENGTH, offset);
    outlet.send(link, slot, offset, length);
  };

  const send = ({ egress, frame, forwarding }: Send): void => {
    const slot = outlet.spare();
    if (slot < 0) countLost(counters, egress, 'full');
    else putPlain(egress, slot, performCopy(kernels, slots, slot, frame, forwarding));
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

  /** Makes changes that frames or time brought about, which may concern others too. */
  const learn = (changes: readonly Change[]): void => {
    change(changes);
    const news = newsIn(changes);
    if (news.length > 0) fellows.tell(news);
  };

  /** Decides a frame, makes the changes, and gives what is to be done with the frame. */
  const settle = (link: Link, frame: ReadonlyBytes, now: number): Decision => {
    const decision = decide(tables, frame, link, now);
    counters.handled.decided++;
    count(counters, counterOf(decision.verdict));
    learn(decision.changes);
    pipeline.learn(decision.verdict, tables);
    return decision;
  };

  /** Decides the frame in a slot and carries the decision out. */
  const handle = (framing: Framing, link: Link, slot: number, now: number): void => {
    const place = placeOf(slots, slot);
    const at = place + frameOffset(framing);
    const frame = slots.bytes.subarray(at, at + (slots.lengths[slot] ?? 0));
    const { verdict, sends } = settle(link, frame, now);
    if (verdict.kind === 'forward' || verdict.kind === 'deliver') {
      const { forwarding } = verdict;
      putPlain(forwarding.egress, slot, perform(kernels, place + PACKET_OFFSET, forwarding));
    }
    for (const one of sends) send(one);
  };

  /** The same where a header says what is left to be done: each of the plain frames is decided. */
  const handleOffloaded: typeof handle = (framing, link, slot, now) => {
    const at = placeOf(slots, slot) + frameOffset(framing);
    const left = offload.decode(slots.bytes, at - OFFLOAD_LENGTH);
    if (offload.isNothing(left)) return handle(framing, link, slot, now);
    const frame = slots.bytes.subarray(at, at + (slots.lengths[slot] ?? 0));
    const plain = plainFrames(frame, framing, left);
    if (plain === null) return count(counters, 'offload-unsound');
    if (plain.length === 1 && plain[0] === frame) return handle(framing, link, slot, now);
    for (const one of plain) {
      const { verdict, sends } = settle(link, one, now);
      if (verdict.kind === 'forward' || verdict.kind === 'deliver')
        send({ egress: verdict.forwarding.egress, frame: one, forwarding: verdict.forwarding });
      for (const one of sends) send(one);
    }
  };

  /** Sends the frames in slots that the pipeline passed on. */
  const sendRepeated = (from: number, until: number): void => {
    if (until === from) return;
    count(counters, 'forwarded', until - from);
    counters.handled.repeated += until - from;
    let offset = placeOf(slots, from) + frameOffset('ethernet');
    for (let slot = from; slot < until; slot++, offset += slots.stride)
      outlet.send(slots.egresses[slot] ?? 0, slot, offset, slots.lengths[slot] ?? 0);
  };

  const pass = (link: Link, first: number, arrived: number): void => {
    const { framing } = linkSettings(tables.topology, link);
    const counted = linkCounters(counters, link);
    const goUp = outlet.hasOffloads(link) ? handleOffloaded : handle;
    const until = first + arrived;
    const now = clock();
    counted.framesIn += arrived;
    for (let slot = first; slot < until; slot++) counted.bytesIn += slots.lengths[slot] ?? 0;
    pipeline.look(link, first, arrived);
    for (let from = first; from < until;) {
      const up = pipeline.repeat(from, until, now);
      sendRepeated(from, up);
      if (up < until) goUp(framing, link, up, now);
      from = up + 1;
    }
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
    connectionsOf: (node) => connections.countOf(node),
    change,
    announce: () => {
      if (fellows.speaksForAll) for (const one of announcements(tables.topology)) send(one);
    },
    hear: (news) => {
      for (const one of news) {
        const { sends, changes } = afterNews(tables, one);
        change(changes);
        for (const freed of sends) send(freed);
      }
    },
    pass,
    age,
    tick: () => {
      const now = clock();
      const due = tick(tables, now, fellows.speaksForAll);
      for (const { verdict } of due.decisions) count(counters, counterOf(verdict));
      learn(due.changes);
      for (const one of due.sends) send(one);
    },
  };
};
