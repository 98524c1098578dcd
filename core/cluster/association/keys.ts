// How the keys of handshakes and associations follow from the cluster key and what both sides drew.

import type { ReadonlyBytes } from '../../wire/bytes.ts';
import type { NodeId } from '../identity.ts';
import type { Primitives } from '../primitives.ts';
import { Writer } from '../wire/writer.ts';

const ascii = (text: string): Uint8Array => new Writer().ascii(text).done();

const HELLO_INFO = ascii('onehost cluster hello 1');
const CHALLENGE_INFO = ascii('onehost cluster challenge 1');
const OPEN_INFO = ascii('onehost cluster open 1');
const UNKNOWN_INFO = ascii('onehost cluster unknown 1');
const SESSION_INFO = ascii('onehost cluster session 1');
const KEY_LENGTH = 32;

/** A sealed datagram, by what stands in the clear in it. */
export interface Question {
  readonly index: number;
  readonly counter: number;
}

/** Each of these keys seals one datagram: their nonce is 0. */
export const ONCE = new Uint8Array(12);

const both = (one: ReadonlyBytes, other: ReadonlyBytes): Uint8Array =>
  new Writer(one.length + other.length).put(one).put(other).done();

export const helloKey = (p: Primitives, clusterKey: ReadonlyBytes, initiator: ReadonlyBytes) =>
  p.derive(clusterKey, initiator, HELLO_INFO, KEY_LENGTH);

export const challengeKey = (
  p: Primitives,
  clusterKey: ReadonlyBytes,
  initiator: ReadonlyBytes,
  responder: ReadonlyBytes,
) => p.derive(clusterKey, both(initiator, responder), CHALLENGE_INFO, KEY_LENGTH);

export const openKey = (
  p: Primitives,
  clusterKey: ReadonlyBytes,
  initiator: ReadonlyBytes,
  responder: ReadonlyBytes,
) => p.derive(clusterKey, both(initiator, responder), OPEN_INFO, KEY_LENGTH);

/** The key follows from all that the datagram says and from who says it: it seals one datagram, however often. */
export const unknownKey = (
  p: Primitives,
  clusterKey: ReadonlyBytes,
  { index, counter }: Question,
  asked: NodeId,
) => {
  const salt = new Writer(32).u32(index).u48(counter).hex(asked).done();
  return p.derive(clusterKey, salt, UNKNOWN_INFO, KEY_LENGTH);
};

/** What both sides know of a handshake: exchange keys and ids. */
export interface Meeting {
  readonly initiatorKey: ReadonlyBytes;
  readonly responderKey: ReadonlyBytes;
  readonly initiator: NodeId;
  readonly responder: NodeId;
}

/**
 * The keys of both directions: from the cluster key, and from a secret that only the two share, so that a
 * third member cannot write as one of them.
 */
export const sessionKeys = (
  p: Primitives,
  clusterKey: ReadonlyBytes,
  shared: ReadonlyBytes,
  meeting: Meeting,
): { readonly fromInitiator: ReadonlyBytes; readonly fromResponder: ReadonlyBytes } => {
  const salt = both(meeting.initiatorKey, meeting.responderKey);
  const info = new Writer().put(SESSION_INFO).hex(meeting.initiator).hex(meeting.responder).done();
  const keys = p.derive(both(clusterKey, shared), salt, info, 2 * KEY_LENGTH);
  return { fromInitiator: keys.subarray(0, KEY_LENGTH), fromResponder: keys.subarray(KEY_LENGTH) };
};

const TRANSCRIPT = ascii('onehost cluster association 1');

/** What each side signs: the meeting, its own part in it, its life and its index. */
export const transcript = (
  meeting: Meeting,
  part: 'initiator' | 'responder',
  life: ReadonlyBytes,
  index: number,
): Uint8Array =>
  new Writer(160)
    .put(TRANSCRIPT)
    .u8(part === 'initiator' ? 0 : 1)
    .put(meeting.initiatorKey)
    .put(meeting.responderKey)
    .hex(meeting.initiator)
    .hex(meeting.responder)
    .put(life)
    .u32(index)
    .done();
