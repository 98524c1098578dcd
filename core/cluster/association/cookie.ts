// Cookies: what a responder must know of a handshake lies with the initiator until it shows that it received.

import * as E from 'fp-ts/lib/Either.js';
import type { ReadonlyBytes } from '../../wire/bytes.ts';
import { u48 } from '../../wire/bytes.ts';
import type { Endpoint } from '../endpoint.ts';
import { formatEndpoint } from '../endpoint.ts';
import { hexOf } from '../identity.ts';
import type { Primitives } from '../primitives.ts';
import type { Reason } from '../reason.ts';
import { Writer } from '../wire/writer.ts';

const NONCE_LENGTH = 16;
const MAC_LENGTH = 16;
/** Nonce, time of issue, authentication code. */
export const COOKIE_LENGTH = NONCE_LENGTH + 6 + MAC_LENGTH;
/** So long a cookie is good, ms. */
export const COOKIE_MS = 5000;

const MAC_INFO = new Writer().ascii('onehost cluster cookie 1').done();
const KEY_INFO = new Writer().ascii('onehost cluster exchange 1').done();

/** Whom a cookie is for: the address that a hello came from, and the keys and index in it. */
export interface Bearer {
  readonly from: Endpoint;
  readonly initiatorKey: ReadonlyBytes;
  readonly index: number;
  readonly keyId: number;
}

/** The responder's private exchange key for a nonce that it drew. */
export const exchangeSecret = (p: Primitives, secret: ReadonlyBytes, nonce: ReadonlyBytes) =>
  p.derive(secret, nonce, KEY_INFO, 32);

const code = (p: Primitives, secret: ReadonlyBytes, bearer: Bearer, stamp: ReadonlyBytes) => {
  const text = new Writer(160)
    .put(MAC_INFO)
    .put(bearer.initiatorKey)
    .u32(bearer.index)
    .u32(bearer.keyId)
    .ascii(formatEndpoint(bearer.from))
    .done();
  return p.derive(secret, stamp, text, MAC_LENGTH);
};

export const bake = (
  p: Primitives,
  secret: ReadonlyBytes,
  bearer: Bearer,
  nonce: ReadonlyBytes,
  now: number,
): Uint8Array => {
  const stamp = new Writer(NONCE_LENGTH + 6).put(nonce).u48(Math.floor(now)).done();
  return new Writer(COOKIE_LENGTH)
    .put(stamp)
    .put(code(p, secret, bearer, stamp))
    .done();
};

/** The nonce of a cookie of the own making, for that bearer, that is still good. */
export const tasted = (
  p: Primitives,
  secret: ReadonlyBytes,
  bearer: Bearer,
  cookie: ReadonlyBytes,
  now: number,
): E.Either<Reason, ReadonlyBytes> => {
  const stamp = cookie.subarray(0, NONCE_LENGTH + 6);
  const expected = hexOf(code(p, secret, bearer, stamp));
  if (hexOf(cookie, NONCE_LENGTH + 6) !== expected) return E.left('cookie-forged');
  if (now - u48(cookie, NONCE_LENGTH) > COOKIE_MS) return E.left('cookie-stale');
  return E.right(cookie.subarray(0, NONCE_LENGTH));
};
