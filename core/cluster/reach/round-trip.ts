// How long an answer takes on a path, and how long to wait for one (RFC 6298).

import type { Path } from './path.ts';

/** Before the first measurement, ms: less than half of the time that a failover may take. */
const FIRST_TIMEOUT_MS = 200;
/**
 * Answers come back at once, or a few milliseconds later: less than RFC 6298's second is safe. Less than this
 * is not, as a busy computer is late, and what is taken for lost costs more than the wait.
 */
export const MIN_TIMEOUT_MS = 80;
export const MAX_TIMEOUT_MS = 2000;
/** The clock's granularity with the time by which acknowledgements are put off, ms. */
const GRANULARITY_MS = 10;

/** The path after a round trip of `rtt` ms (section 2). */
export const measured = (path: Path, rtt: number): Pick<Path, 'srtt' | 'rttvar'> =>
  path.srtt === null
    ? { srtt: rtt, rttvar: rtt / 2 }
    : {
        srtt: 0.875 * path.srtt + 0.125 * rtt,
        rttvar: 0.75 * path.rttvar + 0.25 * Math.abs(path.srtt - rtt),
      };

/** The retransmission time-out, ms, doubled for each one in a row (section 5.5). */
export const timeoutOf = ({ srtt, rttvar, backoff }: Path): number => {
  const first =
    srtt === null ? FIRST_TIMEOUT_MS : srtt + Math.max(GRANULARITY_MS, 4 * rttvar) + GRANULARITY_MS;
  return Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, first) * 2 ** Math.min(backoff, 6));
};
