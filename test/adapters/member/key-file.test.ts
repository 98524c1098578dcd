import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keygen } from '../../../adapters/cli/keygen.ts';
import { readClusterKey, readMemberKey } from '../../../adapters/member/key-file.ts';
import { primitives } from '../../../adapters/member/primitives.ts';
import { nodeIdOf } from '../../../core/cluster/identity.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onehost-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ran = (options: Parameters<typeof keygen>[0]) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = keygen(
    options,
    (line) => out.push(line),
    (line) => err.push(line),
  );
  return { code, out, err };
};
const at = (name: string) => join(folder, name);
const written = (name: string, text: string, mode = 0o600) => {
  writeFileSync(at(name), text);
  chmodSync(at(name), mode);
  return at(name);
};

describe('onehost keygen', () => {
  it('B11: makes a key of the cluster, for its owner alone', () => {
    const output = at('projects.key');
    expect(ran({ output })).toEqual({
      code: 0,
      out: [`${output}: a key of the cluster; each member needs a copy, and nobody else`],
      err: [],
    });
    expect(statSync(output).mode & 0o777).toBe(0o600);
    const key = readClusterKey(output);
    expect(E.isRight(key) && Buffer.from(key.right).toString('hex')).toBe(
      readFileSync(output, 'utf8').trim(),
    );
  });

  it('B1: makes the key of a member, and tells its fingerprint', () => {
    const output = at('alpha.pem');
    const { code, out } = ran({ member: true, output });
    const key = readMemberKey(output);
    if (E.isLeft(key)) throw new Error(key.left);
    expect(code).toBe(0);
    expect(out).toEqual([`${output}: the key of one member; fingerprint ${key.right.id}`]);
    expect(nodeIdOf(primitives, key.right.publicKey)).toBe(key.right.id);
    const text = Uint8Array.of(1, 2, 3);
    const signature = primitives.sign(key.right.privateKey, text);
    expect(primitives.verify(key.right.publicKey, text, signature)).toBe(true);
  });

  it('prints when no file is named, each time another key', () => {
    const [one, other] = [ran({}), ran({})];
    expect(one.out).toHaveLength(1);
    expect(one.out[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(one.out).not.toEqual(other.out);
    const member = ran({ member: true });
    expect(member.out.join('\n')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(member.err[0]).toMatch(/^fingerprint [0-9a-f]{32}$/);
  });

  it('loses no key that is there', () => {
    const output = written('projects.key', 'precious');
    expect(ran({ output })).toEqual({
      code: 1,
      out: [],
      err: [`onehost: ${output} is there already; a key that is in use must not be lost`],
    });
    expect(readFileSync(output, 'utf8')).toBe('precious');
  });
});

describe('files with keys', () => {
  it('are refused where others may use them', () => {
    const path = written('open.key', `${'0'.repeat(64)}\n`, 0o640);
    expect(readClusterKey(path)).toEqual(
      E.left(`${path}: others than its owner may use this key; chmod 600 ${path}`),
    );
  });

  it('say what they are not', () => {
    const path = written('short.key', '00ff');
    expect(readClusterKey(path)).toEqual(
      E.left(`${path}: expected a key of \`onehost keygen\`, 64 hex digits`),
    );
    expect(readClusterKey(at('none'))).toEqual(
      E.left(`${at('none')}: there is no such file; \`onehost keygen\` makes keys`),
    );
    const pem = written('wrong.pem', 'no key');
    expect(readMemberKey(pem)).toEqual(
      E.left(`${pem}: expected an Ed25519 key of \`onehost keygen --member\`, in PEM`),
    );
  });

  it('a member’s key is made once, where there is none', () => {
    const [first, second] = [readMemberKey(at('new.pem')), readMemberKey(at('new.pem'))];
    expect(E.isRight(first)).toBe(true);
    expect(first).toEqual(second);
    expect(readMemberKey(at('no/folder.pem'))).toSatisfy(E.isLeft);
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  if (!openssl) console.info('keys of openssl: not read, this machine has no openssl');
  it.runIf(openssl)('are those that openssl makes', () => {
    spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', at('openssl.pem')]);
    chmodSync(at('openssl.pem'), 0o600);
    const key = readMemberKey(at('openssl.pem'));
    const { stdout } = spawnSync('openssl', [
      ...['pkey', '-in', at('openssl.pem'), '-pubout', '-outform', 'DER'],
    ]);
    expect(E.isRight(key) && Buffer.from(key.right.publicKey).toString('hex')).toBe(
      stdout.subarray(-32).toString('hex'),
    );
  });
});
