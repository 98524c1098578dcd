// A clock that all threads of the process have in common.

/** Milliseconds with fractions since the machine was started; costs more than `performance.now()`. */
export const sinceBoot = (): number => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
};
