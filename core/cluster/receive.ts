// A datagram that came in: whose it is, whether it can be believed, and what its frames ask for (B11).

import { accepted, associate, challenged, keyNamed } from './association/initiate.ts';
import { adopt } from './association/adopt.ts';
import { allowed } from './association/allowance.ts';
import type { Way } from './association/attempt.ts';
import type { Clear } from './association/handshake.ts';
import { clearOf, encodeUnknown, isUnknown, questionOf } from './association/handshake.ts';
import { greeted, opened } from './association/respond.ts';
import { openWith, sealedCounter, sealedIndex, sealedLately } from './association/session.ts';
import { keyUnknown } from './association/stranger.ts';
import type { Arrived } from './event.ts';
import type { NodeId } from './identity.ts';
import { post, sendingSession, throwOut } from './outbox.ts';
import { askedFor, doubtHeard, knocked, proven, vouchedFor } from './reach/doubt.ts';
import { answered, ping, shortDigest } from './reach/heartbeat.ts';
import { learnPath } from './reach/learn.ts';
import { acknowledge } from './stream/acknowledged.ts';
import { takeData } from './stream/acknowledge.ts';
import { transmit } from './stream/transmit.ts';
import { compareDigest, compareVersions, giveEntries, takeEntry } from './table/exchange.ts';
import type { Turn } from './turn.ts';
import { count, peerOf, peersOf, putPeer } from './turn.ts';
import {
  CHALLENGE,
  HELLO,
  OPEN,
  SEALED,
  SEALED_OVERHEAD,
  UNKNOWN,
  UNKNOWN_LENGTH,
  VERSION,
} from './wire/datagram.ts';
import type { Frame } from './wire/frame.ts';
import { decodeFrames } from './wire/frame.ts';

/** Does what a frame of a computer asks for; `key` is that of the path by which it came. */
const obey = (turn: Turn, id: NodeId, key: string, frame: Frame): void => {
  switch (frame.kind) {
    case 'accept':
      // Again, as it got lost before: the association is there.
      return;
    case 'ping':
      post(turn, id, { kind: 'pong', number: frame.number, digest: shortDigest(turn) }, key);
      return compareDigest(turn, id, frame.digest);
    case 'pong': {
      const asked = answered(turn, id, key, frame.number);
      if (asked !== null) proven(turn, id, asked);
      return compareDigest(turn, id, frame.digest);
    }
    case 'data':
      return takeData(turn, id, key, frame);
    case 'ack':
      return acknowledge(turn, id, frame);
    case 'versions':
      return compareVersions(turn, id, frame.first, frame.last, frame.versions);
    case 'entry':
      return takeEntry(turn, frame.bytes);
    case 'want':
      return giveEntries(turn, id, frame.ids);
    case 'doubt':
      return doubtHeard(turn, frame.id);
    case 'ask':
      return askedFor(turn, id, frame.id);
    case 'heard':
      return vouchedFor(turn, id, frame.id);
  }
};

/** The frames of a datagram that a computer sent by an association that is used. */
const obeyAll = (turn: Turn, id: NodeId, way: Way, frames: readonly Frame[]): void => {
  const path = learnPath(turn, id, way.adapter, way.to);
  if (path === null) return;
  knocked(turn, id, path.key);
  for (const frame of frames) obey(turn, id, path.key, frame);
  transmit(turn, id);
};

/** Tells who seals for an association that is not there, so that it begins another; no longer than the question. */
const unknown = (turn: Turn, way: Way, bytes: Arrived['bytes']): void => {
  count(turn, 'association-unknown');
  const [key] = turn.member.keys;
  if (key === undefined || bytes.length < UNKNOWN_LENGTH || !allowed(turn, 'unknown')) return;
  const { id, primitives } = turn.member.self;
  const question = { index: sealedIndex(bytes), counter: sealedCounter(bytes) };
  const answer = encodeUnknown(primitives, key, question, id);
  throwOut(turn, way.adapter, way.to, answer);
};

const sealedCame = (turn: Turn, way: Way, bytes: Arrived['bytes']): void => {
  if (bytes.length < SEALED_OVERHEAD) return count(turn, 'truncated');
  const index = sealedIndex(bytes);
  const attempt = turn.member.attempts.get(index);
  if (attempt !== undefined) {
    const made = accepted(turn, attempt, bytes);
    if (made === null) return;
    obeyAll(turn, made.id, way, made.frames);
    const path = learnPath(turn, made.id, way.adapter, way.to);
    // The other side uses the association as soon as it has seen a datagram by it.
    if (path !== null) ping(turn, made.id, path.key);
    return;
  }
  const id = turn.member.indexes.get(index);
  const peer = id === undefined ? undefined : peerOf(turn, id);
  const session = peer?.sessions.find((one) => one.index === index);
  if (peer === undefined || session === undefined) return unknown(turn, way, bytes);
  const result = openWith(turn.member.self.primitives, session, bytes, turn.now);
  if (typeof result === 'string') return count(turn, result);
  const sessions = peer.sessions.map((one) => (one.index === index ? result.session : one));
  const after = putPeer(turn, { ...peer, sessions });
  if (!session.confirmed && !adopt(turn, after, result.session)) return;
  if (session.confirmed && session.life !== peer.life) return count(turn, 'life-past');
  const frames = decodeFrames(result.plaintext);
  if (frames === null) return count(turn, 'frame-unsound');
  obeyAll(turn, peer.id, way, frames);
};

/**
 * A computer knows nothing of the association that is used here: another one is begun beside it. Anybody can have
 * a member answer for an index that he saw; so it has to be the answer of that computer to what was sent lately.
 */
const unknownThere = (turn: Turn, clear: Clear, way: Way, bytes: Arrived['bytes']): void => {
  const key = keyNamed(turn, clear.keyId);
  if (key === undefined) return keyUnknown(turn, way.to);
  const question = questionOf(bytes);
  if (question === null) return count(turn, 'truncated');
  const p = turn.member.self.primitives;
  const peer = [...peersOf(turn).values()].find(
    ({ id, sessions }) =>
      sessions.some(({ remoteIndex }) => remoteIndex === question.index) &&
      isUnknown(p, key, bytes, id),
  );
  if (peer === undefined) return count(turn, 'handshake-forged');
  const session = sendingSession(peer);
  if (session?.remoteIndex !== question.index || !sealedLately(session, question.counter))
    return count(turn, 'replayed');
  associate(turn, peer.id);
};

/** Takes a datagram. What cannot be believed changes nothing but its counter. */
export const receive = (turn: Turn, { adapter, from, bytes }: Arrived): void => {
  const way: Way = { adapter, to: from };
  const [version, kind] = [bytes[0], bytes[1]];
  if (version === undefined || kind === undefined) return count(turn, 'truncated');
  if (version !== VERSION) return count(turn, 'version-unknown');
  if (kind === SEALED) return sealedCame(turn, way, bytes);
  const clear = clearOf(bytes);
  if (clear === null) return count(turn, 'truncated');
  if (kind === HELLO) return greeted(turn, clear, way, bytes);
  if (kind === CHALLENGE) return challenged(turn, clear, way, bytes);
  if (kind === OPEN) return opened(turn, clear, way, bytes);
  if (kind === UNKNOWN) return unknownThere(turn, clear, way, bytes);
  count(turn, 'kind-unknown');
};
