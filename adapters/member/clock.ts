// The clock of members: milliseconds since the process began, which nobody sets (CLOCK_MONOTONIC).

export const clock = (): number => performance.now();
