import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as ethernet from '../../../core/wire/ethernet.ts';
import { ETHERNET_TRUNCATED } from '../../../core/wire/fault.ts';
import { macAddress } from '../../arbitraries/addresses.ts';
import { itObeysTheLaws } from './laws.ts';

describe('ethernet', () => {
  itObeysTheLaws(
    ethernet,
    fc.record({
      destination: macAddress(),
      source: macAddress(),
      etherType: fc.nat({ max: 0xffff }),
      payload: fc.uint8Array({ maxLength: 60 }),
    }),
    fc.uint8Array({ minLength: 14, maxLength: 80 }),
  );

  it('is truncated below 14 bytes', () => {
    expect(ethernet.fault(new Uint8Array(40), 20, 33)).toBe(ETHERNET_TRUNCATED);
    expect(ethernet.fault(new Uint8Array(40), 20, 34)).toBe(0);
  });
});
