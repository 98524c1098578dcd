// Sends what of a stream may go: lost pieces first, then new ones, in datagrams that the path carries (B5, B8).

import type { NodeId } from '../identity.ts';
import { post, room, sendingSession } from '../outbox.ts';
import { associate } from '../association/initiate.ts';
import type { Path } from '../reach/path.ts';
import { BASE_MTU } from '../reach/path-mtu.ts';
import { bestPath } from '../reach/paths.ts';
import { probeMtu } from '../reach/heartbeat.ts';
import type { ServiceClass } from '../service-class.ts';
import { urgency } from '../service-class.ts';
import type { Peer } from '../state.ts';
import type { Turn } from '../turn.ts';
import { alterPeer, peerOf, putPeer } from '../turn.ts';
import { DATA_OVERHEAD } from '../wire/frame.ts';
import type { Range } from '../wire/range.ts';
import { without } from '../wire/range.ts';
import { Writer } from '../wire/writer.ts';
import type { Lost, Outgoing, Queued } from './outgoing.ts';
import { MESSAGE_HEADER } from './outgoing.ts';

/** Datagrams of data that one step sends, so that others get their turn. */
const BATCH = 32;
/** A receiver whose limit stands in the way is asked for it, ms. */
const ASK_LIMIT_MS = 200;

/** The first message that reaches past `offset`: its place in the queue. */
const placeOf = (queue: readonly Queued[], offset: number): number => {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((queue[middle] as Queued).to <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
};

const headerOf = ({ message, serviceClass }: Queued): Uint8Array =>
  new Writer(MESSAGE_HEADER).u8(urgency(serviceClass)).u32(message.length).done();

/** The bytes of a part of the stream. */
export const bytesOf = (queue: readonly Queued[], { from, to }: Range): Uint8Array => {
  const bytes = new Uint8Array(to - from);
  for (let place = placeOf(queue, from); place < queue.length; place += 1) {
    const queued = queue[place] as Queued;
    if (queued.from >= to) break;
    const body = queued.from + MESSAGE_HEADER;
    if (from < body) {
      const part = headerOf(queued).subarray(Math.max(0, from - queued.from));
      bytes.set(
        part.subarray(0, Math.min(part.length, to - Math.max(from, queued.from))),
        Math.max(0, queued.from - from),
      );
    }
    const [first, last] = [Math.max(from, body), Math.min(to, queued.to)];
    if (first < last) bytes.set(queued.message.subarray(first - body, last - body), first - from);
  }
  return bytes;
};

/** The class of what lies at `offset`. */
const classAt = (queue: readonly Queued[], offset: number): ServiceClass =>
  queue[placeOf(queue, offset)]?.serviceClass ?? 'standard';

/** Where a piece from `from` has to end as a message of another class begins there. */
const sameClass = (queue: readonly Queued[], { from, to }: Range): number => {
  const first = placeOf(queue, from);
  for (let place = first + 1; place < queue.length; place += 1) {
    const queued = queue[place] as Queued;
    if (queued.from >= to) break;
    if (queued.serviceClass !== queue[first]?.serviceClass) return queued.from;
  }
  return to;
};

/** The next piece that may go; null when there is none. Lost pieces that have come meanwhile are let go. */
const nextPiece = (
  outgoing: Outgoing,
): { readonly piece: Lost; readonly lost: readonly Lost[] } | null => {
  const { lost, received, base, next, end, limit } = outgoing;
  for (const [at, one] of lost.entries()) {
    const [from, to] = [Math.max(one.from, base), one.to];
    const [piece, ...more] = from < to ? without({ from, to }, received) : [];
    if (piece === undefined) continue;
    const { small } = one;
    const rest = [...more.map((range): Lost => ({ ...range, small })), ...lost.slice(at + 1)];
    return { piece: { ...piece, small }, lost: rest };
  }
  const to = Math.min(end, limit);
  return next < to ? { piece: { from: next, to, small: false }, lost: [] } : null;
};

const onTheWay = ({ flights }: Outgoing, key: string): number => {
  let sum = 0;
  for (const { path, size } of flights) if (path === key) sum += size;
  return sum;
};

/** Sends one piece; false when nothing can go now. */
const sendOne = (turn: Turn, peer: Peer): boolean => {
  const { outgoing } = peer;
  const next = nextPiece(outgoing);
  if (next === null) {
    if (outgoing.lost.length > 0) putPeer(turn, { ...peer, outgoing: { ...outgoing, lost: [] } });
    return false;
  }
  const { piece } = next;
  const serviceClass = classAt(outgoing.queue, piece.from);
  const path = bestPath(peer.paths, urgency(serviceClass));
  if (path === null) return false;
  const small = piece.small || path.backoff > 0 || path.mtu.current < BASE_MTU;
  const mtu = small ? Math.min(BASE_MTU, path.mtu.current) : path.mtu.current;
  const most = room(path, mtu) - DATA_OVERHEAD;
  const to = sameClass(outgoing.queue, {
    from: piece.from,
    to: Math.min(piece.to, piece.from + most),
  });
  const size = mtu - most + (to - piece.from);
  const used = onTheWay(outgoing, path.key);
  if (used > 0 && used + size > path.window) return false;
  fly(turn, peer, path, { from: piece.from, to, mtu }, size, serviceClass);
  const rest = to < piece.to ? [{ ...piece, from: to }] : [];
  const fresh = piece.from >= outgoing.next;
  alterPeer(turn, peer.id, ({ outgoing: after }) => ({
    outgoing: {
      ...after,
      lost: fresh ? [] : [...rest, ...next.lost],
      next: Math.max(after.next, to),
    },
  }));
  return true;
};

const fly = (
  turn: Turn,
  peer: Peer,
  path: Path,
  { from, to, mtu }: Range & { readonly mtu: number },
  size: number,
  serviceClass: ServiceClass,
): void => {
  const { outgoing } = peer;
  const { number, epoch } = outgoing;
  const bytes = bytesOf(outgoing.queue, { from, to });
  post(
    turn,
    peer.id,
    { kind: 'data', epoch, offset: from, number, bytes },
    path.key,
    serviceClass,
    mtu,
  );
  const flight = { from, to, number, path: path.key, at: turn.now, size };
  const flights = [...outgoing.flights, flight];
  putPeer(turn, {
    ...peer,
    usedAt: turn.now,
    outgoing: { ...outgoing, flights, number: (number + 1) % 0x100000000 },
  });
};

/** Asks a receiver that has no room whether it has some now. */
const askLimit = (turn: Turn, peer: Peer): void => {
  const { outgoing } = peer;
  const { next, end, limit, flights, epoch, number } = outgoing;
  const blocked = next < end && next >= limit && flights.length === 0;
  if (!blocked || turn.now < outgoing.askAt) return;
  post(turn, peer.id, { kind: 'data', epoch, offset: next, number, bytes: new Uint8Array(0) });
  putPeer(turn, { ...peer, outgoing: { ...outgoing, askAt: turn.now + ASK_LIMIT_MS } });
};

/** Sends to a computer what may go to it now. */
export const transmit = (turn: Turn, id: NodeId): void => {
  const first = peerOf(turn, id);
  if (first === undefined || first.outgoing.queue.length === 0) return;
  if (sendingSession(first) === undefined) return associate(turn, id);
  for (let sent = 0; sent < BATCH; sent += 1) {
    const peer = peerOf(turn, id);
    if (peer === undefined || !sendOne(turn, peer)) break;
  }
  const after = peerOf(turn, id);
  if (after === undefined) return;
  askLimit(turn, after);
  const path = bestPath(after.paths, 0);
  const long = after.outgoing.end - after.outgoing.base > BASE_MTU;
  if (long && path !== null && path.troubledAt === null) probeMtu(turn, id, path);
};
