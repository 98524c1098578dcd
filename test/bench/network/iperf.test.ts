import { describe, expect, it } from 'vitest';
import { transferOf } from './iperf.ts';

/** Of iperf 3.12, what is not read left out. */
const REPORT = `{
  "start": { "version": "iperf 3.12", "test_start": { "protocol": "TCP", "num_streams": 4 } },
  "end": {
    "sum_sent": { "bytes": 5100000000, "seconds": 2.0, "bits_per_second": 20400000000 },
    "sum_received": { "bytes": 5000000000, "seconds": 2.5, "bits_per_second": 16000000000 }
  }
}`;

describe('a report of iperf3', () => {
  it('tells what arrived, not what was sent', () => {
    expect(transferOf(REPORT)).toEqual({ gigabits: 40, seconds: 2.5 });
  });

  it('that has an error is that error', () => {
    const error = 'unable to connect to server: Connection refused';
    expect(() => transferOf(`{ "start": {}, "end": {}, "error": "${error}" }`)).toThrow(
      `iperf3: ${error}`,
    );
  });

  it('of nothing is none', () => {
    expect(() => transferOf('')).toThrow('without a report');
    for (const end of ['{}', '{ "sum_received": { "bytes": 0, "seconds": 2 } }'])
      expect(() => transferOf(`{ "end": ${end} }`)).toThrow('nothing was received');
  });
});
