import { describe, expect, it } from 'vitest';
import { said } from './talk.ts';

describe('what talk says', () => {
  it('is a number under a name', () => {
    expect(said('{"trips":40000,"p50":45012,"p99":158000}\n', 'p99')).toBe(158000);
    expect(() => said('{"trips":40000}', 'p50')).toThrow('says no p50');
  });
});
