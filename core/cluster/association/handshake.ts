// The datagrams of a handshake, read and written; their layouts stand in wire/datagram.ts.

import type { ReadonlyBytes } from '../../wire/bytes.ts';
import type { NodeId } from '../identity.ts';
import { NODE_ID_LENGTH, nodeIdAt } from '../identity.ts';
import type { Primitives } from '../primitives.ts';
import type { ClusterKey } from '../state.ts';
import {
  CHALLENGE,
  COUNTER_LENGTH,
  EXCHANGE_KEY_LENGTH,
  HELLO,
  HELLO_PADDING,
  KEY_ID_LENGTH,
  LIFE_LENGTH,
  OPEN,
  PREFIX_LENGTH,
  PUBLIC_KEY_LENGTH,
  SIGNATURE_LENGTH,
  TAG_LENGTH,
  UNKNOWN,
  VERSION,
} from '../wire/datagram.ts';
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { COOKIE_LENGTH } from './cookie.ts';
import type { Question } from './keys.ts';
import { ONCE, challengeKey, helloKey, openKey, unknownKey } from './keys.ts';

/** What stands in the clear in front of every datagram of a handshake. */
export interface Clear {
  readonly keyId: number;
  readonly index: number;
}

const prefix = (kind: number, { keyId, index }: Clear): Writer =>
  new Writer(256).u8(VERSION).u8(kind).u32(keyId).u32(index);

const sealed = (
  p: Primitives,
  key: ReadonlyBytes,
  header: Uint8Array,
  content: Uint8Array,
): Uint8Array =>
  new Writer(header.length + content.length + TAG_LENGTH)
    .put(header)
    .put(p.seal(key, ONCE, header, content))
    .done();

const opened = (
  p: Primitives,
  key: ReadonlyBytes,
  bytes: ReadonlyBytes,
  headerLength: number,
  length: number,
): Reader | null => {
  if (bytes.length !== headerLength + length + TAG_LENGTH) return null;
  const content = p.open(key, ONCE, bytes.subarray(0, headerLength), bytes.subarray(headerLength));
  return content === null ? null : new Reader(content);
};

/** The key id and index of a datagram of a handshake; null when it is too short for them. */
export const clearOf = (bytes: ReadonlyBytes): Clear | null => {
  const reader = new Reader(bytes, PREFIX_LENGTH);
  const [keyId, index] = [reader.u32(), reader.u32()];
  return reader.sound ? { keyId, index } : null;
};

const CLEAR_LENGTH = PREFIX_LENGTH + 8;
const HELLO_HEADER = CLEAR_LENGTH + EXCHANGE_KEY_LENGTH;
const OPEN_HEADER = HELLO_HEADER + EXCHANGE_KEY_LENGTH;

export interface Hello {
  readonly exchangeKey: ReadonlyBytes;
  readonly initiator: NodeId;
}

export const encodeHello = (
  p: Primitives,
  key: ClusterKey,
  index: number,
  { exchangeKey, initiator }: Hello,
): Uint8Array => {
  const header = prefix(HELLO, { keyId: key.id, index }).put(exchangeKey).done();
  const content = new Writer(64).hex(initiator).zeros(HELLO_PADDING).done();
  return sealed(p, helloKey(p, key.secret, exchangeKey), header, content);
};

/** Null when it is not sealed by the cluster key. */
export const decodeHello = (p: Primitives, key: ClusterKey, bytes: ReadonlyBytes): Hello | null => {
  const exchangeKey = bytes.subarray(CLEAR_LENGTH, HELLO_HEADER);
  const once = helloKey(p, key.secret, exchangeKey);
  const reader = opened(p, once, bytes, HELLO_HEADER, NODE_ID_LENGTH + HELLO_PADDING);
  return reader === null ? null : { exchangeKey, initiator: nodeIdAt(reader.bytes, 0) };
};

export interface Challenge {
  readonly exchangeKey: ReadonlyBytes;
  readonly responder: NodeId;
  readonly cookie: ReadonlyBytes;
}

export const encodeChallenge = (
  p: Primitives,
  key: ClusterKey,
  index: number,
  initiatorKey: ReadonlyBytes,
  { exchangeKey, responder, cookie }: Challenge,
): Uint8Array => {
  const header = prefix(CHALLENGE, { keyId: key.id, index }).put(exchangeKey).done();
  const content = new Writer(64).hex(responder).put(cookie).done();
  return sealed(p, challengeKey(p, key.secret, initiatorKey, exchangeKey), header, content);
};

export const decodeChallenge = (
  p: Primitives,
  key: ClusterKey,
  initiatorKey: ReadonlyBytes,
  bytes: ReadonlyBytes,
): Challenge | null => {
  const exchangeKey = bytes.subarray(CLEAR_LENGTH, HELLO_HEADER);
  const once = challengeKey(p, key.secret, initiatorKey, exchangeKey);
  const reader = opened(p, once, bytes, HELLO_HEADER, NODE_ID_LENGTH + COOKIE_LENGTH);
  if (reader === null) return null;
  const responder = nodeIdAt(reader.take(NODE_ID_LENGTH), 0);
  return { exchangeKey, responder, cookie: reader.take(COOKIE_LENGTH) };
};

export interface Open {
  readonly initiatorKey: ReadonlyBytes;
  readonly responderKey: ReadonlyBytes;
  readonly cookie: ReadonlyBytes;
  readonly publicKey: ReadonlyBytes;
  readonly life: ReadonlyBytes;
  readonly signature: ReadonlyBytes;
}

export const encodeOpen = (
  p: Primitives,
  key: ClusterKey,
  index: number,
  open: Open,
): Uint8Array => {
  const { initiatorKey, responderKey, cookie, publicKey, life, signature } = open;
  const header = prefix(OPEN, { keyId: key.id, index }).put(initiatorKey).put(responderKey).done();
  const content = new Writer(160).put(cookie).put(publicKey).put(life).put(signature).done();
  return sealed(p, openKey(p, key.secret, initiatorKey, responderKey), header, content);
};

export const decodeOpen = (p: Primitives, key: ClusterKey, bytes: ReadonlyBytes): Open | null => {
  const initiatorKey = bytes.subarray(CLEAR_LENGTH, HELLO_HEADER);
  const responderKey = bytes.subarray(HELLO_HEADER, OPEN_HEADER);
  const once = openKey(p, key.secret, initiatorKey, responderKey);
  const length = COOKIE_LENGTH + PUBLIC_KEY_LENGTH + LIFE_LENGTH + SIGNATURE_LENGTH;
  const reader = opened(p, once, bytes, OPEN_HEADER, length);
  if (reader === null) return null;
  return {
    initiatorKey,
    responderKey,
    cookie: reader.take(COOKIE_LENGTH),
    publicKey: reader.take(PUBLIC_KEY_LENGTH),
    life: reader.take(LIFE_LENGTH),
    signature: reader.take(SIGNATURE_LENGTH),
  };
};

const unknownHeader = (key: ClusterKey, { index, counter }: Question): Uint8Array =>
  prefix(UNKNOWN, { keyId: key.id, index }).u48(counter).done();

/** "I, `asked`, know no association of that index": the answer to one datagram, and to no other. */
export const encodeUnknown = (
  p: Primitives,
  key: ClusterKey,
  question: Question,
  asked: NodeId,
): Uint8Array => {
  const header = unknownHeader(key, question);
  return sealed(p, unknownKey(p, key.secret, question, asked), header, new Uint8Array(0));
};

/** The datagram that it answers, as it says; null when it is too short for that. */
export const questionOf = (bytes: ReadonlyBytes): Question | null => {
  const reader = new Reader(bytes, PREFIX_LENGTH + KEY_ID_LENGTH);
  const [index, counter] = [reader.u32(), reader.u48()];
  return reader.sound ? { index, counter } : null;
};

/** Whether a member sealed it as the answer of `asked`: what another one was asked is no answer. */
export const isUnknown = (
  p: Primitives,
  key: ClusterKey,
  bytes: ReadonlyBytes,
  asked: NodeId,
): boolean => {
  const question = questionOf(bytes);
  if (question === null) return false;
  const once = unknownKey(p, key.secret, question, asked);
  return opened(p, once, bytes, CLEAR_LENGTH + COUNTER_LENGTH, 0) !== null;
};
