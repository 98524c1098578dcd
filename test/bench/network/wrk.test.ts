import { describe, expect, it } from 'vitest';
import { connectionsOf } from './wrk.ts';

/** Of wrk 4.1.0. */
const said = (more: string, rate: string): string => `Running 2s test @ http://198.18.0.1:80/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.72ms    2.25ms  40.35ms   91.52%
    Req/Sec    13.07k     1.48k   16.10k    70.00%
  26012 requests in 2.00s, 3.77MB read
${more}Requests/sec:  ${rate}
Transfer/sec:      1.88MB
`;

describe('what wrk says', () => {
  it('tells connections a second', () => {
    expect(connectionsOf(said('', '13003.42'))).toBe(13003.42);
  });

  it('of no answer, or of none at all, is no figure', () => {
    expect(() => connectionsOf(said('', '0.00'))).toThrow('no answers');
    expect(() => connectionsOf('unable to connect to 198.18.0.1:80 Connection refused\n')).toThrow(
      'Connection refused',
    );
  });

  it('of answers that refuse is no figure', () => {
    const more = '  Non-2xx or 3xx responses: 12\n';
    expect(() => connectionsOf(said(more, '13003.42'))).toThrow('refused 12 times');
  });
});
