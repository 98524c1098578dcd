// The side that begins an association: hello, and on the challenge the open, until the answer comes.

import type { ReadonlyBytes } from '../../wire/bytes.ts';
import { u32 } from '../../wire/bytes.ts';
import type { NodeId } from '../identity.ts';
import { hexOf, nodeIdOf } from '../identity.ts';
import { throwOut } from '../outbox.ts';
import type { ClusterKey } from '../state.ts';
import type { Turn } from '../turn.ts';
import { alter, alterPeer, count, draw, peerOf } from '../turn.ts';
import type { Frame } from '../wire/frame.ts';
import { decodeFrames } from '../wire/frame.ts';
import { adopt, addSession, isWelcome, peerFor } from './adopt.ts';
import type { Attempt, Challenged, Way } from './attempt.ts';
import type { Clear } from './handshake.ts';
import { decodeChallenge, encodeHello, encodeOpen } from './handshake.ts';
import type { Meeting } from './keys.ts';
import { sessionKeys, transcript } from './keys.ts';
import type { Session } from './session.ts';
import { openWith } from './session.ts';
import { EMPTY_WINDOW } from './window.ts';

/** A handshake that has no answer for so long is given up, ms; then another may be begun. */
const ATTEMPT_MS = 2500;
const FIRST_RETRY_MS = 150;
/** Between two handshakes that are begun with one computer, whatever became of the first, ms. */
const BETWEEN_MS = 500;
/** Handshakes under way, at most. */
const MAX_ATTEMPTS = 1024;
/** An association is made anew before its counter nears its end. */
const MAX_SENT = 2 ** 40;

/** An index that none of the associations here has. */
export const freshIndex = (turn: Turn): number => {
  for (;;) {
    const index = u32(draw(turn, 4), 0);
    const { indexes, attempts } = turn.member;
    if (!indexes.has(index) && !attempts.has(index)) return index;
  }
};

const putAttempt = (turn: Turn, attempt: Attempt): void =>
  alter(turn, { attempts: new Map(turn.member.attempts).set(attempt.index, attempt) });

const dropAttempt = (turn: Turn, index: number): void => {
  const attempts = new Map(turn.member.attempts);
  attempts.delete(index);
  alter(turn, { attempts });
};

export const keyNamed = (turn: Turn, keyId: number): ClusterKey | undefined =>
  turn.member.keys.find(({ id }) => id === keyId);

const transmit = (turn: Turn, attempt: Attempt): void => {
  const way = attempt.challenged?.way ?? attempt.ways[attempt.tries % attempt.ways.length];
  const bytes = attempt.challenged?.open ?? attempt.hello;
  if (way !== undefined) throwOut(turn, way.adapter, way.to, bytes);
  const wait = FIRST_RETRY_MS * 2 ** Math.min(attempt.tries, 2);
  putAttempt(turn, { ...attempt, tries: attempt.tries + 1, sendAt: turn.now + wait });
};

/** Begins a handshake by these ways, one after another; `peer` is null where only an address is known. */
export const begin = (turn: Turn, peer: NodeId | null, ways: readonly Way[], turnOf = 0): void => {
  const { keys, self, attempts } = turn.member;
  const key = keys[turnOf % Math.max(1, keys.length)];
  if (key === undefined || ways.length === 0 || attempts.size >= MAX_ATTEMPTS) return;
  const index = freshIndex(turn);
  const privateKey = draw(turn, 32);
  const exchangeKey = self.primitives.exchangeKey(privateKey);
  const hello = encodeHello(self.primitives, key, index, { exchangeKey, initiator: self.id });
  const { now } = turn;
  const times = { begunAt: now, sendAt: now, tries: 0 };
  const kept = { index, peer, ways, privateKey, exchangeKey, keyId: key.id, hello };
  transmit(turn, { ...kept, ...times, challenged: null });
};

const isAttempted = (turn: Turn, id: NodeId): boolean => {
  for (const { peer, challenged } of turn.member.attempts.values())
    if (peer === id || challenged?.id === id) return true;
  return false;
};

/** Sees to it that there will be an association with a computer: begins one, when none is under way. */
export const associate = (turn: Turn, id: NodeId): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined || turn.now < peer.attemptAt || peer.standing === 'left') return;
  if (isAttempted(turn, id)) return;
  alterPeer(turn, id, () => ({ attemptAt: turn.now + BETWEEN_MS }));
  const ways = [...peer.paths]
    .sort(
      (one, other) => Number(one.state === 'unreachable') - Number(other.state === 'unreachable'),
    )
    .map(({ adapter, to }): Way => ({ adapter, to }));
  // Other keys than the first are tried in turn: during a rotation the other may know only an older one.
  begin(turn, id, ways, Math.floor(turn.now / ATTEMPT_MS) % 2 === 0 ? 0 : peer.sessions.length + 1);
};

/** Repeats what was not answered, and gives up what was not for long. */
export const urgeAttempts = (turn: Turn): void => {
  for (const attempt of turn.member.attempts.values()) {
    if (turn.now - attempt.begunAt >= ATTEMPT_MS) dropAttempt(turn, attempt.index);
    else if (turn.now >= attempt.sendAt) transmit(turn, attempt);
  }
};

/** Whether an association has sealed so much that it is to be made anew. */
export const isWorn = (session: Session): boolean => session.sent > MAX_SENT;

const meetingOf = (turn: Turn, attempt: Attempt, challenged: Challenged): Meeting => ({
  initiatorKey: attempt.exchangeKey,
  responderKey: challenged.exchangeKey,
  initiator: turn.member.self.id,
  responder: challenged.id,
});

/** The challenge to a hello: opens, by the way that it came. */
export const challenged = (
  turn: Turn,
  { keyId, index }: Clear,
  way: Way,
  bytes: ReadonlyBytes,
): void => {
  const attempt = turn.member.attempts.get(index);
  const key = keyNamed(turn, keyId);
  if (attempt === undefined || attempt.challenged !== null || attempt.keyId !== keyId)
    return count(turn, 'challenge-unasked');
  if (key === undefined) return count(turn, 'key-unknown');
  const { self } = turn.member;
  const p = self.primitives;
  const challenge = decodeChallenge(p, key, attempt.exchangeKey, bytes);
  if (challenge === null) return count(turn, 'handshake-forged');
  const { responder, exchangeKey, cookie } = challenge;
  if (responder === self.id) {
    dropAttempt(turn, index);
    return count(turn, 'identity-own');
  }
  if (attempt.peer !== null && attempt.peer !== responder) {
    dropAttempt(turn, index);
    return count(turn, 'challenge-unasked');
  }
  if (!isWelcome(turn, responder)) return count(turn, 'identity-unpinned');
  const shared = p.agree(attempt.privateKey, exchangeKey);
  if (shared === null) return count(turn, 'handshake-forged');
  const meeting: Meeting = {
    initiatorKey: attempt.exchangeKey,
    responderKey: exchangeKey,
    initiator: self.id,
    responder,
  };
  const keys = sessionKeys(p, key.secret, shared, meeting);
  const text = transcript(meeting, 'initiator', self.life, index);
  const open = encodeOpen(p, key, index, {
    initiatorKey: attempt.exchangeKey,
    responderKey: exchangeKey,
    cookie,
    publicKey: self.identity.publicKey,
    life: self.life,
    signature: p.sign(self.identity.privateKey, text),
  });
  const born = turn.member.births;
  alter(turn, { births: born + 1 });
  transmit(turn, {
    ...attempt,
    tries: 0,
    challenged: {
      ...{ id: responder, exchangeKey, open, way, born },
      ...{ sendKey: keys.fromInitiator, receiveKey: keys.fromResponder },
    },
  });
};

type Accept = Extract<Frame, { readonly kind: 'accept' }>;

/** Whether the responder is who the challenge said, and has signed what both know. */
const isGenuine = (turn: Turn, attempt: Attempt, made: Challenged, accept: Accept): boolean => {
  const p = turn.member.self.primitives;
  const meeting = meetingOf(turn, attempt, made);
  const text = transcript(meeting, 'responder', accept.life, accept.index);
  return (
    nodeIdOf(p, accept.publicKey) === made.id && p.verify(accept.publicKey, text, accept.signature)
  );
};

/**
 * A datagram for an association that is not there yet: its answer, when it begins with `accept`. Gives the
 * other's id and the frames behind that.
 */
export const accepted = (
  turn: Turn,
  attempt: Attempt,
  bytes: ReadonlyBytes,
): { readonly id: NodeId; readonly frames: readonly Frame[] } | null => {
  const made = attempt.challenged;
  if (made === null) {
    count(turn, 'association-unknown');
    return null;
  }
  const session: Session = {
    ...{ index: attempt.index, remoteIndex: 0, sendKey: made.sendKey, receiveKey: made.receiveKey },
    ...{ sent: 0, window: EMPTY_WINDOW, life: '', born: made.born, confirmed: true },
    ...{ keyId: attempt.keyId, usedAt: turn.now, madeAt: turn.now },
  };
  const opened = openWith(turn.member.self.primitives, session, bytes, turn.now);
  if (typeof opened === 'string') {
    count(turn, opened);
    return null;
  }
  const [first, ...frames] = decodeFrames(opened.plaintext) ?? [];
  if (first?.kind !== 'accept') {
    count(turn, 'frame-unsound');
    return null;
  }
  if (!isGenuine(turn, attempt, made, first)) {
    count(turn, 'signature-forged');
    return null;
  }
  dropAttempt(turn, attempt.index);
  const peer = peerFor(turn, made.id);
  if (peer === null) return null;
  const whole = { ...opened.session, remoteIndex: first.index, life: hexOf(first.life) };
  const added = addSession(turn, peer, whole);
  return adopt(turn, added, whole) ? { id: made.id, frames } : null;
};
