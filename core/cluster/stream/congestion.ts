// How many bytes may be on the way on a path: slow start, congestion avoidance, and less after a loss (RFC 5681).

import type { Path } from '../reach/path.ts';

/** What may always be on the way, bytes: two datagrams that every path carries. */
const LEAST_WINDOW = 2400;
const MOST_WINDOW = 4 * 1024 * 1024;

type Congestion = Pick<Path, 'window' | 'threshold'>;

/** So many bytes were acknowledged. */
export const opened = ({ window, threshold }: Path, bytes: number, size: number): Congestion => ({
  window: Math.min(
    MOST_WINDOW,
    window < threshold ? window + bytes : window + (size * bytes) / window,
  ),
  threshold,
});

/** Something was lost, while what was sent after it came through (section 3.2). */
export const halved = ({ window }: Path): Congestion => {
  const half = Math.max(LEAST_WINDOW, window / 2);
  return { window: half, threshold: half };
};

/** Nothing came back in time (section 3.1). */
export const collapsed = ({ window }: Path): Congestion => ({
  window: LEAST_WINDOW,
  threshold: Math.max(2 * LEAST_WINDOW, window / 2),
});
