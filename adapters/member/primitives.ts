// The cryptography of cluster messages, from Node's own: ChaCha20-Poly1305 (RFC 8439), HKDF with SHA-256 (RFC
// 5869), Ed25519 (RFC 8032), X25519 (RFC 7748), SHA-256 (FIPS 180-4).

import type { KeyObject } from 'node:crypto';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  sign,
  verify,
} from 'node:crypto';
import type { Primitives } from '../../core/cluster/primitives.ts';
import type { ReadonlyBytes } from '../../core/wire/bytes.ts';

const AEAD = 'chacha20-poly1305';
const TAG_LENGTH = 16;
const TAG = { authTagLength: TAG_LENGTH };

/** Keys as DER, up to their last 32 bytes (RFC 8410): PKCS #8 for private, SubjectPublicKeyInfo for public ones. */
const PREFIXES = {
  ed25519: { private: '302e020100300506032b657004220420', public: '302a300506032b6570032100' },
  x25519: { private: '302e020100300506032b656e04220420', public: '302a300506032b656e032100' },
} as const;

type Algorithm = keyof typeof PREFIXES;

/** Node reads bytes only as what they are. */
const plain = (bytes: ReadonlyBytes): Uint8Array => bytes as Uint8Array;

const der = (prefix: string, bytes: ReadonlyBytes): Buffer =>
  Buffer.concat([Buffer.from(prefix, 'hex'), plain(bytes)]);

const privateKey = (algorithm: Algorithm, bytes: ReadonlyBytes): KeyObject =>
  createPrivateKey({ key: der(PREFIXES[algorithm].private, bytes), format: 'der', type: 'pkcs8' });

const publicKey = (algorithm: Algorithm, bytes: ReadonlyBytes): KeyObject =>
  createPublicKey({ key: der(PREFIXES[algorithm].public, bytes), format: 'der', type: 'spki' });

/** The 32 bytes of the public key that belongs to a private one. */
const publicBytes = (algorithm: Algorithm, bytes: ReadonlyBytes): Uint8Array => {
  const exported = createPublicKey(privateKey(algorithm, bytes)).export({
    format: 'der',
    type: 'spki',
  });
  return new Uint8Array(exported.subarray(PREFIXES[algorithm].public.length / 2));
};

/** The Ed25519 public key of a private one, 32 bytes each (RFC 8032 section 5.1.5). */
export const signingKey = (secret: ReadonlyBytes): Uint8Array => publicBytes('ed25519', secret);

const seal: Primitives['seal'] = (key, nonce, additional, plaintext) => {
  const cipher = createCipheriv(AEAD, plain(key), plain(nonce), TAG);
  const sealed = new Uint8Array(plaintext.length + TAG_LENGTH);
  cipher.setAAD(plain(additional), { plaintextLength: plaintext.length });
  sealed.set(cipher.update(plain(plaintext)));
  cipher.final();
  sealed.set(cipher.getAuthTag(), plaintext.length);
  return sealed;
};

const open: Primitives['open'] = (key, nonce, additional, sealed) => {
  const length = sealed.length - TAG_LENGTH;
  if (length < 0) return null;
  const decipher = createDecipheriv(AEAD, plain(key), plain(nonce), TAG);
  decipher.setAAD(plain(additional), { plaintextLength: length });
  decipher.setAuthTag(plain(sealed.subarray(length)));
  const opened = decipher.update(plain(sealed.subarray(0, length)));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return opened;
};

const agree: Primitives['agree'] = (own, other) => {
  try {
    const shared = diffieHellman({
      privateKey: privateKey('x25519', own),
      publicKey: publicKey('x25519', other),
    });
    return new Uint8Array(shared);
  } catch {
    // OpenSSL refuses points of small order, as section 6.1 wants.
    return null;
  }
};

const isSigned: Primitives['verify'] = (key, bytes, signature) => {
  try {
    return verify(null, plain(bytes), publicKey('ed25519', key), plain(signature));
  } catch {
    return false;
  }
};

/** The functions that the core asks for. */
export const primitives: Primitives = {
  seal,
  open,
  derive: (secret, salt, info, length) =>
    new Uint8Array(hkdfSync('sha256', plain(secret), plain(salt), plain(info), length)),
  hash: (bytes) => new Uint8Array(createHash('sha256').update(plain(bytes)).digest()),
  sign: (key, bytes) => new Uint8Array(sign(null, plain(bytes), privateKey('ed25519', key))),
  verify: isSigned,
  exchangeKey: (key) => publicBytes('x25519', key),
  agree,
};
