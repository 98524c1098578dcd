// A member of the cluster: a state, and what each event makes of it. The whole protocol is this function (B1-B11).

import { withLeastMtu } from './adapter.ts';
import { addressed } from './addressed.ts';
import { keyIdOf } from './association/session.ts';
import { BURST } from './association/allowance.ts';
import { derive } from './derived.ts';
import type { Effect } from './effect.ts';
import type { Event } from './event.ts';
import { hexOf, nodeIdOf } from './identity.ts';
import { emptyOutbox, post } from './outbox.ts';
import { randomOf, secretOf } from './random.ts';
import { told } from './reach/path-mtu.ts';
import { pathKey } from './reach/path.ts';
import { receive } from './receive.ts';
import type { Beginning } from './settings.ts';
import type { ClusterKey, Member } from './state.ts';
import { sendAck } from './stream/acknowledge.ts';
import { retransmitAt, timeOut } from './stream/acknowledged.ts';
import { enqueue } from './stream/enqueue.ts';
import { transmit } from './stream/transmit.ts';
import { giveUp } from './stream/give-up.ts';
import { publish } from './table/authorship.ts';
import { FAREWELL_MS } from './table/exchange.ts';
import type { Entry } from './table/entry.ts';
import { tableOf } from './table/table.ts';
import { tick } from './tick.ts';
import type { Turn } from './turn.ts';
import { alter, closeTurn, count, openTurn, peersOf, putPeer, report } from './turn.ts';
import { companions } from './reach/doubt.ts';

/** A timer that is so late, ms, is late. */
const LATE_MS = 20;
const LIFE_LENGTH = 8;
const SECRET_LENGTH = 32;
export type { Member } from './state.ts';

const keysOf = ({ primitives, keys }: Beginning): readonly ClusterKey[] =>
  keys.map((secret) => ({ id: keyIdOf(primitives, secret), secret }));

/** Before its first version an author has said nothing. */
const nothingSaid = (beginning: Beginning, id: Entry['id']): Entry => ({
  ...{ id, publicKey: beginning.identity.publicKey, version: 0, left: false },
  ...{ gateway: beginning.gateway, name: beginning.identity.name, adapters: [] },
  ...{ bytes: new Uint8Array(0), hash: '', check: 0 },
});

/** What is due next. */
const nextDue = (turn: Turn): number => {
  const { tickAt, endsAt, busyUntil } = turn.member;
  let due = Math.min(tickAt, endsAt ?? Infinity);
  for (const peer of peersOf(turn).values()) {
    if (peer.incoming.ackAt !== null) due = Math.min(due, peer.incoming.ackAt);
    if (peer.outgoing.flights.length > 0)
      due = Math.min(due, Math.max(busyUntil, retransmitAt(peer) ?? Infinity));
  }
  return due;
};

/**
 * A timer that comes late shows that this computer was busy. What came in meanwhile lies in the socket, and is
 * read before anything is taken for lost; but not time after time.
 */
const noteLate = (turn: Turn): void => {
  const { wakeAt, busyUntil } = turn.member;
  const late = wakeAt !== null && turn.now - wakeAt > LATE_MS;
  const anew = turn.now - busyUntil > 10 * LATE_MS;
  alter(turn, { wakeAt: null, busyUntil: late && anew ? turn.now + LATE_MS : busyUntil });
};

/** Does what is due by the clock: acknowledgements, repetitions, the round, the end. */
const wake = (turn: Turn): void => {
  const { now } = turn;
  for (const { id, incoming, outgoing } of [...peersOf(turn).values()]) {
    if (incoming.ackAt !== null && incoming.ackAt <= now) sendAck(turn, id, incoming.path);
    if (outgoing.flights.length > 0 && now >= turn.member.busyUntil) timeOut(turn, id);
    if (outgoing.queue.length > 0) transmit(turn, id);
  }
  tick(turn);
  const { endsAt } = turn.member;
  if (endsAt === null || now < endsAt) return;
  alter(turn, { ended: true });
  report(turn, { kind: 'ended' });
};

/** Ends a step: what waits goes out, what follows is worked out, the next wake is asked for. */
const finish = (turn: Turn): readonly [Member, readonly Effect[]] => {
  derive(turn);
  emptyOutbox(turn);
  if (!turn.member.ended) {
    const at = nextDue(turn);
    if (at !== turn.member.wakeAt) {
      alter(turn, { wakeAt: at });
      turn.effects.push({ kind: 'wake', at });
    }
  }
  return [closeTurn(turn), turn.effects];
};

/** A member that knows of itself only, at `now` ms on a clock that never goes back, and what it asks for. */
export const start = (beginning: Beginning, now: number): readonly [Member, readonly Effect[]] => {
  const { primitives, identity, settings, pinned, gateway, seeds } = beginning;
  const random = randomOf(beginning.random);
  const id = nodeIdOf(primitives, identity.publicKey);
  const life = secretOf(primitives, random, LIFE_LENGTH);
  const cookieSecret = secretOf(primitives, { ...random, drawn: 1 }, SECRET_LENGTH);
  const member: Member = {
    self: {
      ...{ id, identity, life, lifeText: hexOf(life), cookieSecret },
      ...{ gateway, pinned, settings, primitives },
    },
    ...{ keys: keysOf(beginning), adapters: withLeastMtu(beginning.adapters), seeds },
    random: { ...random, drawn: 2 },
    ...{ table: tableOf(primitives, new Map()), own: nothingSaid(beginning, id) },
    ...{ buried: new Map(), names: new Map([[identity.name, id]]), peers: new Map() },
    ...{ indexes: new Map(), attempts: new Map(), accepted: [] },
    answers: { hellos: { left: BURST, at: now }, unknown: { left: BURST, at: now } },
    ...{ fresh: new Map(), watched: null, strangerAt: -Infinity },
    ...{ births: 0, pings: 0, counters: {}, directions: [], responsibilities: [], stale: true },
    ...{ tickAt: now, wakeAt: null, awakeSince: now, busyUntil: now, seedTurn: 0, strayTurn: 0 },
    ...{ seedAt: now, strayAt: now, reading: true, endsAt: null, ended: false },
    reported: new Map(),
  };
  const turn = openTurn(member, now);
  publish(turn, 0);
  tick(turn);
  return finish(turn);
};

/** A member for whom a step threw: as it was before, with that counted. */
export const passedOver = (member: Member): Member => {
  const turn = openTurn(member, 0);
  count(turn, 'step-failed');
  return closeTurn(turn);
};

const adaptersChanged = (turn: Turn, adapters: Member['adapters']): void => {
  alter(turn, { adapters });
  publish(turn, 0);
  for (const peer of [...peersOf(turn).values()])
    addressed(turn, peer, turn.member.table.entries.get(peer.id));
};

const pathMtu = (turn: Turn, key: string, mtu: number): void => {
  for (const peer of [...peersOf(turn).values()]) {
    if (!peer.paths.some((path) => path.key === key)) continue;
    const paths = peer.paths.map((path) =>
      path.key === key ? { ...path, mtu: told(path.mtu, mtu) } : path,
    );
    putPeer(turn, { ...peer, paths });
  }
};

/** Nobody is there, says a hint that anybody could have sent: asked at once is sooner known. */
const refused = (turn: Turn, key: string): void => {
  for (const peer of [...peersOf(turn).values()])
    if (peer.standing === 'up' && peer.paths.some((path) => path.key === key))
      putPeer(turn, {
        ...peer,
        paths: peer.paths.map((path) =>
          path.key === key ? { ...path, askedAt: -Infinity } : path,
        ),
      });
};

const leave = (turn: Turn): void => {
  if (turn.member.endsAt !== null) return;
  publish(turn, 0, true);
  const others = companions(turn, null);
  for (const id of others) post(turn, id, { kind: 'entry', bytes: turn.member.own.bytes });
  for (const { id } of [...peersOf(turn).values()]) giveUp(turn, id, 'leaving');
  alter(turn, { endsAt: turn.now + (others.length === 0 ? 0 : FAREWELL_MS) });
};

const happen = (turn: Turn, event: Event): void => {
  switch (event.kind) {
    case 'datagram':
      return receive(turn, event);
    case 'wake':
      noteLate(turn);
      return wake(turn);
    case 'send':
      return enqueue(turn, event);
    case 'adapters':
      return adaptersChanged(turn, withLeastMtu(event.adapters));
    case 'path-mtu':
      return pathMtu(turn, pathKey(event.adapter, event.to), event.mtu);
    case 'refused':
      return refused(turn, pathKey(event.adapter, event.to));
    case 'join':
      return alter(turn, { seeds: [...turn.member.seeds, ...event.seeds], seedAt: turn.now });
    case 'rotate-keys': {
      const { primitives } = turn.member.self;
      const keys = event.keys.map((secret) => ({ id: keyIdOf(primitives, secret), secret }));
      return alter(turn, { keys });
    }
    case 'reading':
      alter(turn, { reading: event.ready });
      if (event.ready)
        for (const { id, incoming } of [...peersOf(turn).values()])
          if (incoming.epoch >= 0) sendAck(turn, id, null);
      return;
    case 'leave':
      return leave(turn);
  }
};

/**
 * What an event at `now` makes of a member, and what it asks for. The member given stays as it was; the same
 * arguments give the same. After the report `ended` nothing happens any more.
 */
export const step = (
  member: Member,
  event: Event,
  now: number,
): readonly [Member, readonly Effect[]] => {
  if (member.ended) return [member, []];
  const turn = openTurn(member, now);
  happen(turn, event);
  return finish(turn);
};
