import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../adapters/cli/config-file.ts';
import { drawHashKey } from '../../../adapters/cli/hash-key.ts';
import { NO_KEY } from '../../../core/decision/keyed-hash.ts';

const folder = mkdtempSync(join(tmpdir(), 'onehost-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = (more: string) => {
  const file = join(folder, 'c.yaml');
  writeFileSync(
    file,
    `cluster: small
networks: { campus: { device: { tap: oh-campus }, address: 198.51.100.1/24 } }
interconnect: { device: { tap: oh-inter }, address: 10.77.0.1/24 }
nodes: { alpha: { number: 1, address: 10.77.0.11 } }
${more}`,
  );
  return file;
};

const keyOf = (...how: Parameters<typeof loadConfig>) => {
  const loaded = loadConfig(...how);
  return E.isLeft(loaded) ? loaded.left : loaded.right.topology.hashKey;
};

describe('the hash key of a gateway', () => {
  it('is drawn anew each time, two words of 32 bits', () => {
    const keys = Array.from({ length: 20 }, drawHashKey);
    expect(new Set(keys.map(({ low, high }) => `${low} ${high}`)).size).toBe(20);
    for (const word of keys.flatMap(({ low, high }) => [low, high])) expect(word >>> 0).toBe(word);
  });

  it('is that of the file, else the one that was drawn; without either, none', () => {
    const drawn = drawHashKey();
    expect(keyOf(config(''), drawn)).toEqual(drawn);
    expect(keyOf(config('hashKey: "0000000a0000000b"\n'), drawn)).toEqual({ high: 10, low: 11 });
    expect(keyOf(config(''))).toEqual(NO_KEY);
  });
});
