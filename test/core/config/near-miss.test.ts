import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../core/config/near-miss.ts';

describe('near misses', () => {
  it.each([
    ['adress', 'address'],
    ['ruoter', 'router'],
    ['mount-ports', 'mountPorts'],
    ['Router', 'router'],
  ])('%s means %s', (word, meant) => {
    expect(nearest(word, ['device', 'address', 'router', 'mac', 'mountPorts'])).toBe(meant);
  });

  it('does not guess', () => {
    expect(nearest('colour', ['device', 'address', 'router'])).toBeNull();
    expect(nearest('x'.repeat(10_000), ['x'])).toBeNull();
  });

  it('the distance is symmetric, and 0 for the same word only', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
