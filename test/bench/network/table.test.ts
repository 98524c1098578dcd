import { describe, expect, it } from 'vitest';
import { resultOf } from './results.ts';
import { digits, measureLines, summaryLines } from './table.ts';

const tcp1 = resultOf('tcp1', {
  'kernel, nftables': [20, 26, 25, 24, 30],
  'HAProxy, splice': [10, 13, 12.5, 12, null],
  onehost: [18, 26, 25, 12, 30],
});
const p50 = resultOf('p50', { 'kernel, nftables': [68], onehost: [45.04] });

describe('the table of a measure', () => {
  it('has medians, quartiles, and ratios to the kernel and to HAProxy', () => {
    expect(measureLines(tcp1)).toEqual([
      'TCP, 1 stream       Gb/s    quartiles  median of the ratios',
      '  kernel, nftables  25.0  24.0 – 26.0  2.00 × HAProxy, splice',
      '  HAProxy, splice   12.5  12.0 – 13.0  0.50 × kernel, nftables',
      '  onehost           25.0  18.0 – 26.0  1.00 × kernel, nftables; 2.00 × HAProxy, splice',
    ]);
  });
});

describe('the summary', () => {
  it('has a line for each contestant, and a dash where nothing was measured', () => {
    expect(summaryLines([tcp1, p50])).toEqual([
      '                  tcp1   p50',
      '                  Gb/s    µs',
      'kernel, nftables  25.0  68.0',
      'HAProxy, splice   12.5     -',
      'onehost           25.0  45.0',
    ]);
  });
});

describe('a number', () => {
  it('has three digits that count', () => {
    expect([0.1234, 1, 99.94, 123.4, 2321].map(digits)).toEqual([
      '0.12',
      '1.00',
      '99.9',
      '123',
      '2321',
    ]);
  });
});
