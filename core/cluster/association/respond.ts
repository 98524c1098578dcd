// The side that answers: nothing is kept for a hello; who opens has shown that it receives at its address.

import * as E from 'fp-ts/lib/Either.js';
import type { ReadonlyBytes } from '../../wire/bytes.ts';
import { hexOf, nodeIdOf } from '../identity.ts';
import { sendBy, throwOut } from '../outbox.ts';
import { learnPath } from '../reach/learn.ts';
import type { Turn } from '../turn.ts';
import { alter, count, draw, peerOf } from '../turn.ts';
import { encodeFrame } from '../wire/frame.ts';
import { addSession, isWelcome, peerFor } from './adopt.ts';
import { allowed } from './allowance.ts';
import type { Way } from './attempt.ts';
import type { Bearer } from './cookie.ts';
import { COOKIE_MS, bake, exchangeSecret, tasted } from './cookie.ts';
import type { Clear } from './handshake.ts';
import { decodeHello, decodeOpen, encodeChallenge } from './handshake.ts';
import { freshIndex, keyNamed } from './initiate.ts';
import type { Meeting } from './keys.ts';
import { sessionKeys, transcript } from './keys.ts';
import type { Session } from './session.ts';
import { keyUnknown } from './stranger.ts';
import { EMPTY_WINDOW } from './window.ts';

const NONCE_LENGTH = 16;
/** An open that comes again is answered again after so long, ms: sooner than its sender repeats it. */
const AGAIN_MS = 100;

/** Answers a hello with a challenge, and forgets it. */
export const greeted = (turn: Turn, clear: Clear, way: Way, bytes: ReadonlyBytes): void => {
  const key = keyNamed(turn, clear.keyId);
  if (key === undefined) return keyUnknown(turn, way.to);
  const { self } = turn.member;
  const p = self.primitives;
  const hello = decodeHello(p, key, bytes);
  if (hello === null) return count(turn, 'handshake-forged');
  if (!isWelcome(turn, hello.initiator)) return count(turn, 'identity-unpinned');
  if (!allowed(turn, 'hellos')) return;
  const nonce = draw(turn, NONCE_LENGTH);
  const exchangeKey = p.exchangeKey(exchangeSecret(p, self.cookieSecret, nonce));
  const bearer: Bearer = { ...clear, from: way.to, initiatorKey: hello.exchangeKey };
  const cookie = bake(p, self.cookieSecret, bearer, nonce, turn.now);
  const challenge = { exchangeKey, responder: self.id, cookie };
  const answer = encodeChallenge(p, key, clear.index, hello.exchangeKey, challenge);
  throwOut(turn, way.adapter, way.to, answer);
};

/** Signs and sends the answer to an open, by the association that it made. */
const accept = (turn: Turn, session: Session, peerId: string, meeting: Meeting, way: Way): void => {
  const { self, indexes } = turn.member;
  const id = indexes.get(session.index);
  if (id === undefined || id !== peerId) return;
  const path = learnPath(turn, id, way.adapter, way.to);
  const peer = peerOf(turn, id);
  if (path === null || peer === undefined) return;
  const text = transcript(meeting, 'responder', self.life, session.index);
  const frame = encodeFrame({
    kind: 'accept',
    publicKey: self.identity.publicKey,
    life: self.life,
    index: session.index,
    signature: self.primitives.sign(self.identity.privateKey, text),
  });
  sendBy(turn, peer, session, path, frame, 'control');
};

/** Makes an association with who opens: its cookie and its signature have to be right. */
export const opened = (turn: Turn, clear: Clear, way: Way, bytes: ReadonlyBytes): void => {
  const key = keyNamed(turn, clear.keyId);
  if (key === undefined) return keyUnknown(turn, way.to);
  const { self } = turn.member;
  const p = self.primitives;
  const open = decodeOpen(p, key, bytes);
  if (open === null) return count(turn, 'handshake-forged');
  const bearer: Bearer = { ...clear, from: way.to, initiatorKey: open.initiatorKey };
  const cookie = tasted(p, self.cookieSecret, bearer, open.cookie, turn.now);
  if (E.isLeft(cookie)) return count(turn, cookie.left);
  const initiator = nodeIdOf(p, open.publicKey);
  const { initiatorKey, responderKey } = open;
  const meeting: Meeting = { initiatorKey, responderKey, initiator, responder: self.id };
  const nonce = hexOf(cookie.right);
  const before = turn.member.accepted.find((one) => one.nonce === nonce);
  if (before !== undefined) {
    const session = peerOf(turn, before.peer)?.sessions.find(({ index }) => index === before.index);
    if (session === undefined || before.peer !== initiator) return count(turn, 'replayed');
    if (turn.now - before.answeredAt < AGAIN_MS) return count(turn, 'answers-limited');
    const again = { ...before, answeredAt: turn.now };
    const all = turn.member.accepted.map((one) => (one === before ? again : one));
    alter(turn, { accepted: all });
    return accept(turn, session, initiator, meeting, way);
  }
  if (initiator === self.id) return count(turn, 'identity-own');
  if (!isWelcome(turn, initiator)) return count(turn, 'identity-unpinned');
  const text = transcript(meeting, 'initiator', open.life, clear.index);
  if (!p.verify(open.publicKey, text, open.signature)) return count(turn, 'signature-forged');
  const secret = exchangeSecret(p, self.cookieSecret, cookie.right);
  const shared = p.agree(secret, initiatorKey);
  if (shared === null || hexOf(p.exchangeKey(secret)) !== hexOf(responderKey))
    return count(turn, 'handshake-forged');
  const peer = peerFor(turn, initiator);
  if (peer === null) return;
  const keys = sessionKeys(p, key.secret, shared, meeting);
  const index = freshIndex(turn);
  const born = turn.member.births;
  const session: Session = {
    ...{ index, remoteIndex: clear.index, sendKey: keys.fromResponder, born, confirmed: false },
    ...{ receiveKey: keys.fromInitiator, sent: 0, window: EMPTY_WINDOW, life: hexOf(open.life) },
    ...{ keyId: key.id, usedAt: turn.now, madeAt: turn.now },
  };
  addSession(turn, peer, session);
  const until = turn.now + COOKIE_MS + 1000;
  const known = turn.member.accepted.filter((one) => one.until > turn.now);
  const latest = { nonce, peer: initiator, index, answeredAt: turn.now, until };
  alter(turn, { births: born + 1, accepted: [...known, latest] });
  accept(turn, session, initiator, meeting, way);
};
