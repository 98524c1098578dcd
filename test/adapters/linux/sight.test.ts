import { networkInterfaces } from 'node:os';
import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { sightOf } from '../../../adapters/linux/sight.ts';

/** The loopback that this process has: looking at it needs no privilege. */
const able = process.platform === 'linux' && networkInterfaces()['lo'] !== undefined;

describe.runIf(able)('the sight of an interface', () => {
  it('is its state and MTU, as the system has them', () => {
    const sight = sightOf('lo');
    if (E.isLeft(sight)) throw new Error(sight.left);
    const mtu = Number(readFileSync('/sys/class/net/lo/mtu', 'utf8'));
    expect(sight.right.look()).toEqual({ state: 'up', mtu });
    sight.right.close();
  });

  it('has a bell that does not ring by itself, and can be hushed', () => {
    const sight = sightOf('lo');
    if (E.isLeft(sight)) throw new Error(sight.left);
    expect(sight.right.bell).toBeGreaterThanOrEqual(0);
    // It would wait for ever if it read more than there is.
    sight.right.hush();
    sight.right.hush();
    expect(sight.right.look()).toMatchObject({ state: 'up' });
    sight.right.close();
  });

  it('is of none that is not there', () => {
    expect(sightOf('no-such-one')).toEqual(
      E.left(expect.stringMatching(/^there is no interface no-such-one here/) as string),
    );
  });
});
