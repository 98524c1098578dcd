// Files with keys: the cluster's, 64 hex digits that all members share; and a member's own, Ed25519 as PEM (PKCS
// #8, RFC 8410), which openssl reads and makes as well. Both are for their owner alone.

import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { NodeId } from '../../core/cluster/identity.ts';
import { nodeIdOf } from '../../core/cluster/identity.ts';
import { primitives, signingKey } from './primitives.ts';

export const KEY_LENGTH = 32;
const OTHERS = 0o077;

/** The text of a new key of the cluster. */
export const newClusterKey = (): string => `${randomBytes(KEY_LENGTH).toString('hex')}\n`;

/** The text of a member's new key. */
export const newMemberKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

const sentenceOf = (cause: unknown): string => (cause instanceof Error ? cause.message : 'unknown');

/** Writes a key where no file is yet, mode 0600. */
export const writeKey = (path: string, text: string): E.Either<string, void> => {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return E.right(undefined);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EEXIST'
      ? E.left(`${path} is there already; a key that is in use must not be lost`)
      : E.left(`${path}: cannot be written: ${sentenceOf(cause)}`);
  }
};

const readSecret = (path: string): E.Either<string, string> => {
  try {
    if ((statSync(path).mode & OTHERS) !== 0)
      return E.left(`${path}: others than its owner may use this key; chmod 600 ${path}`);
    return E.right(readFileSync(path, 'latin1'));
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT'
      ? E.left(`${path}: there is no such file; \`onehost keygen\` makes keys`)
      : E.left(`${path}: cannot be read: ${sentenceOf(cause)}`);
  }
};

/** The 32 bytes of a key of the cluster. */
export const readClusterKey = (path: string): E.Either<string, Uint8Array> =>
  E.chainW((text: string) =>
    /^[0-9a-f]{64}\s*$/i.test(text)
      ? E.right(new Uint8Array(Buffer.from(text.trim(), 'hex')))
      : E.left(`${path}: expected a key of \`onehost keygen\`, 64 hex digits`),
  )(readSecret(path));

/** A member's key pair, 32 bytes each, and the fingerprint by which others know it. */
export interface MemberKey {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly id: NodeId;
}

/** The key pair in the text of a PEM file; null where there is none. */
export const memberKeyOf = (text: string): MemberKey | null => {
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType !== 'ed25519') return null;
    const privateKey = new Uint8Array(
      Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'),
    );
    const publicKey = signingKey(privateKey);
    return { privateKey, publicKey, id: nodeIdOf(primitives, publicKey) };
  } catch {
    return null;
  }
};

/** What cannot be looked at counts as there: who reads it is told why. */
const isThere = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
};

const readMadeKey = (path: string): E.Either<string, MemberKey> =>
  E.chainW((text: string) => {
    const key = memberKeyOf(text);
    return key === null
      ? E.left(`${path}: expected an Ed25519 key of \`onehost keygen --member\`, in PEM`)
      : E.right(key);
  })(readSecret(path));

/** Reads a member's key; makes it first where there is none. */
export const readMemberKey = (path: string): E.Either<string, MemberKey> => {
  const made = isThere(path) ? E.right(undefined) : writeKey(path, newMemberKey());
  return E.isLeft(made) ? made : readMadeKey(path);
};

/** What is wrong with key files, in sentences; a member's own may not be there yet, and is not made here. */
export const keyProblems = (clusterKeys: readonly string[], own: string): readonly string[] => {
  const read = clusterKeys.map((path): E.Either<string, unknown> => readClusterKey(path));
  const all = isThere(own) ? [...read, readMadeKey(own)] : read;
  return all.flatMap((one) => (E.isLeft(one) ? [one.left] : []));
};
