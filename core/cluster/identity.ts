// Who a computer is: the fingerprint of its public key, so that nobody else can claim it (B1).

import type { ReadonlyBytes } from '../wire/bytes.ts';
import type { Primitives } from './primitives.ts';

declare const brand: unique symbol;

/** A computer's number in the table: the first 16 bytes of SHA-256 of its public key, 32 hex digits. */
export type NodeId = string & { readonly [brand]: 'NodeId' };

export const NODE_ID_LENGTH = 16;

/** A computer's Ed25519 key pair (RFC 8032), 32 bytes each, and the name that people call it by. */
export interface Identity {
  readonly name: string;
  readonly privateKey: ReadonlyBytes;
  readonly publicKey: ReadonlyBytes;
}

/** The longest name, in bytes of UTF-8, as that of a DNS label (RFC 1035 section 2.3.4). */
export const MAX_NAME_LENGTH = 63;

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

/** Bytes as lower-case hex digits. */
export const hexOf = (bytes: ReadonlyBytes, from = 0, to = bytes.length): string => {
  let text = '';
  for (let at = from; at < to; at += 1) text += HEX[bytes[at] as number] as string;
  return text;
};

/** The id whose bytes lie at `at`. */
export const nodeIdAt = (bytes: ReadonlyBytes, at: number): NodeId =>
  hexOf(bytes, at, at + NODE_ID_LENGTH) as NodeId;

/** The id of the owner of a public key. */
export const nodeIdOf = (primitives: Primitives, publicKey: ReadonlyBytes): NodeId =>
  nodeIdAt(primitives.hash(publicKey), 0);

/** Reads 32 hex digits; null when they are not. */
export const parseNodeId = (text: string): NodeId | null =>
  /^[0-9a-f]{32}$/.test(text) ? (text as NodeId) : null;
