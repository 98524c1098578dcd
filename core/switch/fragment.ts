// Fragments in any order (D3): the first, which has the ports, chooses for all; those that come before it
// wait. What the gateway reads or answers itself is put together first.

import * as layout from '../wire/layout/ipv4.ts';
import { copyOf, u16 } from '../wire/bytes.ts';
import type { FaultName } from '../wire/fault.ts';
import { faultName } from '../wire/fault.ts';
import { moreFragments, packetAt } from '../wire/packet.ts';
import type { Arrival } from '../decision/arrival.ts';
import { drop } from '../decision/arrival.ts';
import type { Datagram, HeldFragment } from '../decision/datagram.ts';
import { datagramKeyOf, pairKey } from '../decision/datagram.ts';
import type { Reason } from '../decision/reason.ts';
import type { Change } from '../decision/tables.ts';
import type { Decision } from '../decision/verdict.ts';
import {
  PAIR_DISTANCE,
  isComplete,
  isOverdue,
  reassembled,
  withPiece,
} from '../host/reassembly.ts';
import { exitOfFragment } from './fragment-exit.ts';
import { roomForFragment } from './fragment-room.ts';
import { needsWhole } from './gathered.ts';
import { leave } from './leave.ts';

const PATH = 'fragment';

type Decide = (arrival: Arrival) => Decision;

/** How many datagrams the fragment's hosts have begun. */
const begunBy = ({ tables, ingress, packet }: Arrival): number => {
  const { source, destination } = packet;
  return (
    tables.datagrams.pairs.get(pairKey({ ingress: ingress.link, source, destination }))?.begun ?? 0
  );
};

/** The fragment's datagram, of which nothing has come. */
const unseen = (arrival: Arrival): Datagram => {
  const { frame, ingress, packet, now } = arrival;
  return {
    ingress: ingress.link,
    source: packet.source,
    destination: packet.destination,
    protocol: packet.protocol,
    identification: u16(frame, packet.at + layout.IDENTIFICATION),
    pieces: [],
    total: -1,
    fate: { kind: 'held' },
    held: [],
    since: now,
    turn: begunBy(arrival),
  };
};

/** All of its fragments are dropped from now on. */
const dropAll = (datagram: Datagram, reason: Reason): Change => ({
  kind: 'datagram',
  datagram: { ...datagram, fate: { kind: 'dropped', reason }, held: [] },
});

/** A fragment whose datagram has an exit takes it. */
const follow = (arrival: Arrival, datagram: Datagram): Decision | null => {
  if (datagram.fate.kind !== 'followed') return null;
  const { exit } = datagram.fate;
  const kind = isComplete(datagram) ? 'datagram-gone' : 'datagram';
  const leaving = exitOfFragment(arrival.tables.topology, exit, arrival.packet.at);
  return leave(arrival, exit.path, leaving, [{ kind, datagram }]);
};

/** The decision about the whole, whose frame is not the one that came last: what leaves stands in `sends`. */
const decideWhole = (
  arrival: Arrival,
  datagram: Datagram,
  last: HeldFragment,
  decide: Decide,
): Decision => {
  const gone: Change = { kind: 'datagram-gone', datagram };
  const frame = reassembled([...datagram.held, last]);
  if (frame === null) return drop(PATH, 'fragment-length', [gone]);
  const packet = packetAt(frame, arrival.packet.at);
  if (typeof packet === 'number')
    return drop(PATH, faultName(packet) as Exclude<FaultName, 'sound'>, [gone]);
  const { verdict, path, sends, changes } = decide({ ...arrival, frame, packet });
  const all = [gone, ...changes];
  if (verdict.kind !== 'forward' && verdict.kind !== 'deliver')
    return { verdict, path, sends, changes: all };
  const { forwarding } = verdict;
  const send = { frame, forwarding, egress: forwarding.egress };
  const split = { kind: 'split', reason: 'reassembled' } as const;
  return { verdict: split, path, sends: [send, ...sends], changes: all };
};

/** The first fragment chooses for all: it goes on, and they follow; or it goes nowhere, no more than they. */
const decideFirst = (arrival: Arrival, datagram: Datagram, decide: Decide): Decision => {
  const decision = decide({ ...arrival, datagram });
  switch (decision.verdict.kind) {
    case 'forward':
    case 'deliver':
    case 'split':
    case 'hold':
      return decision;
    case 'answer':
    case 'absorb':
    case 'drop': {
      const { reason } = decision.verdict;
      return { ...decision, changes: [...decision.changes, dropAll(datagram, reason)] };
    }
  }
};

/** Decides a fragment of `before`, of which all that came so far is known. */
const decidePiece = (
  arrival: Arrival,
  before: Datagram,
  turn: number,
  decide: Decide,
): Decision => {
  const { tables, frame, packet } = arrival;
  if (before.fate.kind === 'dropped') return drop(PATH, before.fate.reason);
  const { at, length, fragmentOffset: from } = packet;
  const to = from + at + length - packet.transportAt;
  const placed = withPiece(before, { from, to }, moreFragments(frame, packet));
  if (placed === 'fragment-duplicate') return drop(PATH, placed);
  if (typeof placed === 'string') return drop(PATH, placed, [dropAll(before, placed)]);
  const datagram: Datagram = { ...placed, turn };
  const following = follow(arrival, datagram);
  if (following !== null) return following;

  // A first fragment waits only where the whole is needed.
  const gathers = needsWhole(arrival) || datagram.held.some((one) => one.from === 0);
  if (gathers && isComplete(datagram))
    return decideWhole(arrival, datagram, { frame, at, length, from }, decide);
  const waits = gathers || from > 0;
  const room = roomForFragment(tables, before, waits ? frame.length : 0);
  if (room === null) return drop(PATH, 'fragments-full');
  if (!waits) {
    const decision = decideFirst(arrival, datagram, decide);
    return { ...decision, changes: [...room, ...decision.changes] };
  }
  const held = [...datagram.held, { frame: copyOf(frame), at, length, from }];
  return {
    verdict: { kind: 'hold', reason: 'fragment-held' },
    path: PATH,
    sends: [],
    changes: [...room, { kind: 'datagram', datagram: { ...datagram, held } }],
  };
};

/** Decides a fragment; `decide` decides a first fragment, or a whole packet, like every packet. */
export const decideFragment = (arrival: Arrival, decide: Decide): Decision => {
  const fresh = unseen(arrival);
  const known = arrival.tables.datagrams.byKey.get(datagramKeyOf(fresh));
  const isOld =
    known !== undefined &&
    (isOverdue(known, arrival.now) || fresh.turn - known.turn > PAIR_DISTANCE);
  if (!isOld) return decidePiece(arrival, known ?? fresh, fresh.turn, decide);
  // The identification has come round.
  const decision = decidePiece(arrival, fresh, fresh.turn, decide);
  const gone: Change = { kind: 'datagram-gone', datagram: known };
  return { ...decision, changes: [gone, ...decision.changes] };
};
