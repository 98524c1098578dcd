// Fragments in any order (D3): the first, which has the ports, chooses for all; those that come before it
// wait. What the gateway reads or answers itself is put together first.

import * as layout from '../wire/layout/ipv4.ts';
import { copyOf, u16 } from '../wire/bytes.ts';
import { faultName } from '../wire/fault.ts';
import { moreFragments, packetAt } from '../wire/packet.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import type { Datagram, HeldFragment } from '../decision/datagram.ts';
import { datagramKey, heldBytes } from '../decision/datagram.ts';
import type { Reason } from '../decision/reason.ts';
import type { Change, Tables } from '../decision/tables.ts';
import { serviceKey } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import {
  REASSEMBLY_TIME,
  isComplete,
  reassembled,
  withPiece,
} from '../host/reassembly.ts';
import { exitOfFragment } from './fragment-exit.ts';
import { leave } from './leave.ts';

const PATH = 'fragment';

type Decide = (arrival: Arrival) => Decision;

/** Whether the time allowed for a datagram is over. */
export const isOverdue = ({ since }: Datagram, now: number): boolean =>
  now - since >= REASSEMBLY_TIME;

/** What is known of the fragment's datagram; a new one if nothing is. */
const datagramOf = ({ tables, frame, ingress, packet, now }: Arrival): Datagram => {
  const { source, destination, protocol } = packet;
  const identification = u16(frame, packet.at + layout.IDENTIFICATION);
  const key = datagramKey(ingress.link, source, destination, protocol, identification);
  const known = tables.datagrams.byKey.get(key);
  return known !== undefined && !isOverdue(known, now)
    ? known
    : {
        ingress: ingress.link,
        source,
        destination,
        protocol,
        identification,
        pieces: [],
        total: -1,
        fate: { kind: 'held' },
        held: [],
        since: now,
      };
};

/** The datagrams that leave so that `bytes` of `datagram` have room, oldest first; null when they cannot. */
const makeRoom = (
  { datagrams, topology }: Tables,
  datagram: Datagram,
  bytes: number,
): readonly Change[] | null => {
  const { limits } = topology;
  const isNew = datagram.pieces.length === 0;
  let count = datagrams.byKey.size + (isNew ? 1 : 0) - limits.datagrams;
  let excess = datagrams.heldBytes + bytes - limits.fragmentBytes;
  if (count <= 0 && excess <= 0) return [];
  const gone: Change[] = [];
  for (const one of datagrams.byKey.values()) {
    if (one === datagram) continue;
    gone.push({ kind: 'datagram-gone', datagram: one });
    count--;
    excess -= heldBytes(one);
    if (count <= 0 && excess <= 0) return gone;
  }
  return null;
};

const dropAll = (datagram: Datagram, reason: Reason): Decision => {
  const dropped: Datagram = { ...datagram, fate: { kind: 'dropped', reason }, held: [] };
  return drop(PATH, reason, [{ kind: 'datagram', datagram: dropped }]);
};

/** Keeps the fragment until the first comes, or all have. */
const hold = (room: readonly Change[], datagram: Datagram, own: HeldFragment): Decision => {
  const held: Datagram = { ...datagram, held: [...datagram.held, own] };
  return {
    verdict: { kind: 'hold', reason: 'fragment-held' },
    path: PATH,
    sends: [],
    changes: [...room, { kind: 'datagram', datagram: held }],
  };
};

/** Whether the gateway has to see all of the datagram, whose first fragment this may be. */
const needsWhole = ({ tables, packet }: Arrival): boolean => {
  if (packet.protocol === layout.PROTOCOL_ICMP) return true;
  const { topology } = tables;
  if (packet.protocol !== layout.PROTOCOL_UDP) return false;
  if (!topology.clusterAddresses.has(packet.destination)) return false;
  const service = topology.services.get(serviceKey(packet.destinationPort, packet.protocol));
  return service?.route.kind === 'mount' || service?.route.kind === 'portmapper';
};

/** The decision about the whole, whose frame is not the one that came last: what leaves stands in `sends`. */
const decideWhole = (arrival: Arrival, datagram: Datagram, own: HeldFragment, decide: Decide): Decision => {
  const gone: Change = { kind: 'datagram-gone', datagram };
  const frame = reassembled([...datagram.held, own]);
  if (frame === null) return drop(PATH, 'fragment-length', [gone]);
  const packet = packetAt(frame, arrival.packet.at);
  if (typeof packet === 'number')
    return drop(PATH, faultName(packet) as 'icmp-checksum', [gone]);
  const { verdict, path, sends, changes } = decide({ ...arrival, frame, packet, datagram: null });
  const all = [gone, ...changes];
  if (verdict.kind !== 'forward' && verdict.kind !== 'deliver')
    return { verdict, path, sends, changes: all };
  const { forwarding } = verdict;
  const send = { frame, forwarding, egress: forwarding.egress };
  const split = { kind: 'split', reason: 'reassembled' } as const;
  return { verdict: split, path, sends: [send, ...sends], changes: all };
};

/** Decides a fragment; `decide` decides a first fragment, or a whole packet, as any packet is. */
export const decideFragment = (arrival: Arrival, decide: Decide): Decision => {
  const { tables, frame, packet } = arrival;
  const before = datagramOf(arrival);
  if (before.fate.kind === 'dropped') return drop(PATH, before.fate.reason);
  const { at, length, fragmentOffset: from } = packet;
  const to = from + packet.at + packet.length - packet.transportAt;
  const datagram = withPiece(before, { from, to }, moreFragments(frame, packet));
  if (datagram === 'fragment-duplicate') return drop(PATH, datagram);
  if (typeof datagram === 'string') return dropAll(before, datagram);

  if (datagram.fate.kind === 'followed') {
    const { exit } = datagram.fate;
    const change: Change = isComplete(datagram)
      ? { kind: 'datagram-gone', datagram }
      : { kind: 'datagram', datagram };
    return leave(arrival, exit.path, exitOfFragment(tables.topology, exit, at), [change]);
  }

  const gathers = needsWhole(arrival) || datagram.held.some((one) => one.from === 0);
  const complete = isComplete(datagram);
  if (complete && gathers)
    return decideWhole(arrival, datagram, { frame, at, length, from }, decide);
  const waits = from > 0 || gathers;
  const room = makeRoom(tables, before, waits ? frame.length : 0);
  if (room === null) return drop(PATH, 'fragments-full');
  if (waits) return hold(room, datagram, { frame: copyOf(frame), at, length, from });

  const decision = decide({ ...arrival, datagram });
  const { verdict, changes } = decision;
  if (verdict.kind === 'forward' || verdict.kind === 'deliver')
    return { ...decision, changes: [...room, ...changes] };
  if (verdict.kind === 'split' || verdict.kind === 'hold')
    return { ...decision, changes: [...room, ...changes] };
  // The first goes nowhere: no more do the others.
  const dropped = dropAll(datagram, verdict.reason);
  return { ...decision, changes: [...room, ...changes, ...dropped.changes] };
};
