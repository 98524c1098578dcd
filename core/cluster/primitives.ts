// The cryptography that the protocol is made of, as values: the core computes none of it itself.

import type { ReadonlyBytes } from '../wire/bytes.ts';

/**
 * Pure functions: the same arguments give the same bytes. What they are given they do not write, and what
 * they give is the caller's. Lengths are in bytes.
 */
export interface Primitives {
  /**
   * ChaCha20-Poly1305 (RFC 8439 section 2.8): the ciphertext, followed by its tag of 16. The key has 32,
   * the nonce 12.
   */
  readonly seal: (
    key: ReadonlyBytes,
    nonce: ReadonlyBytes,
    additional: ReadonlyBytes,
    plaintext: ReadonlyBytes,
  ) => Uint8Array;
  /** The reverse of {@link seal}; null when the tag does not fit. */
  readonly open: (
    key: ReadonlyBytes,
    nonce: ReadonlyBytes,
    additional: ReadonlyBytes,
    sealed: ReadonlyBytes,
  ) => Uint8Array | null;
  /** HKDF with SHA-256 (RFC 5869): `length` bytes, 255 · 32 at most. */
  readonly derive: (
    secret: ReadonlyBytes,
    salt: ReadonlyBytes,
    info: ReadonlyBytes,
    length: number,
  ) => Uint8Array;
  /** SHA-256 (FIPS 180-4): 32. */
  readonly hash: (bytes: ReadonlyBytes) => Uint8Array;
  /** Ed25519 (RFC 8032 section 5.1): the signature of 64 by the private key, a seed of 32. */
  readonly sign: (privateKey: ReadonlyBytes, bytes: ReadonlyBytes) => Uint8Array;
  /** Whether the signature is that of the owner of the public key of 32. False for keys that are none. */
  readonly verify: (
    publicKey: ReadonlyBytes,
    bytes: ReadonlyBytes,
    signature: ReadonlyBytes,
  ) => boolean;
  /** The X25519 public key (RFC 7748 section 6.1) of a private key; both have 32. */
  readonly exchangeKey: (privateKey: ReadonlyBytes) => Uint8Array;
  /**
   * The secret of 32 that the owner of `privateKey` shares with that of `publicKey` (X25519, RFC 7748
   * section 6.1); null when there is none, as the public key is of small order.
   */
  readonly agree: (privateKey: ReadonlyBytes, publicKey: ReadonlyBytes) => Uint8Array | null;
}
