// Takes pieces of a stream, hands whole messages on, and acknowledges: at once what is out of order (RFC 5681 section 4.2).

import type { NodeId } from '../identity.ts';
import { post } from '../outbox.ts';
import { bestPath } from '../reach/paths.ts';
import { urgency } from '../service-class.ts';
import type { Peer } from '../state.ts';
import type { Turn } from '../turn.ts';
import { count, peerOf, putPeer } from '../turn.ts';
import type { Frame } from '../wire/frame.ts';
import { MAX_RANGES } from '../wire/frame.ts';
import type { Incoming } from './incoming.ts';
import { MAX_PARTS, isRepeated, newIncoming, rangesOf, receive } from './incoming.ts';
import { FIRST_LIMIT } from './outgoing.ts';

type Data = Extract<Frame, { readonly kind: 'data' }>;

/** Every second datagram is acknowledged at once, one alone after so many ms. */
const SECOND = 2;
const ACK_DELAY_MS = 4;

/** What the sender may send up to: more, while who gets the messages keeps up. */
const limitOf = (turn: Turn, incoming: Incoming): number =>
  turn.member.reading
    ? Math.max(incoming.limit, incoming.next + turn.member.self.settings.windowBytes)
    : incoming.limit;

/** Acknowledges a computer's stream, by the way that its latest piece came. */
export const sendAck = (turn: Turn, id: NodeId, path: string | null): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined || peer.incoming.epoch < 0) return;
  const limit = limitOf(turn, peer.incoming);
  const incoming = { ...peer.incoming, limit, unacknowledged: 0, ackAt: null };
  putPeer(turn, { ...peer, incoming });
  const { epoch, next, echo, echoAt } = incoming;
  const delay = Math.min(0xffff, Math.round(turn.now - echoAt));
  const ranges = rangesOf(incoming, MAX_RANGES);
  post(turn, id, { kind: 'ack', epoch, next, limit, echo, delay, ranges }, path);
};

/** Another way than the one by which something came, for an answer that may have been lost there. */
const otherWay = (peer: Peer, key: string): string | null => {
  const others = peer.paths.filter((path) => path.key !== key && path.state !== 'unreachable');
  return bestPath(others, urgency('control'))?.key ?? null;
};

/** Whether a piece found no room among as many parts as may be. */
const isRefused = (before: Incoming, after: Incoming, { offset, bytes }: Data): boolean =>
  before === after && before.parts.length >= MAX_PARTS && bytes.length > 0 && offset > before.next;

/** Takes a piece that came by the path of that key. */
export const takeData = (turn: Turn, id: NodeId, key: string, data: Data): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined) return;
  if (data.epoch < peer.incoming.epoch) return count(turn, 'epoch-past');
  const first = turn.member.reading ? turn.member.self.settings.windowBytes : FIRST_LIMIT;
  const current =
    data.epoch === peer.incoming.epoch ? peer.incoming : newIncoming(data.epoch, first);
  const { offset, bytes } = data;
  const to = offset + bytes.length;
  if (to > current.limit) return count(turn, 'window-exceeded');
  const repeated = isRepeated(current, { from: offset, to });
  const taken = receive(current, offset, bytes);
  if (!taken.sound) return count(turn, 'message-unsound');
  if (isRefused(current, taken.incoming, data) && !repeated) count(turn, 'parts-exceeded');
  const inOrder = offset <= current.next && taken.incoming.parts.length === 0 && !repeated;
  const unacknowledged = current.unacknowledged + 1;
  const incoming: Incoming = {
    ...taken.incoming,
    ...{ echo: data.number, echoAt: turn.now, path: key, unacknowledged },
    ackAt: current.ackAt ?? turn.now + ACK_DELAY_MS,
  };
  putPeer(turn, { ...peer, usedAt: turn.now, incoming });
  for (const { message, serviceClass } of taken.messages)
    turn.effects.push({ kind: 'deliver', from: id, message, serviceClass });
  if (!inOrder || unacknowledged >= SECOND) sendAck(turn, id, key);
  const other = repeated && bytes.length > 0 ? otherWay(peer, key) : null;
  if (other !== null) sendAck(turn, id, other);
};
