// What the running gateway tells: lines on stderr, or JSON with `--log json`.

import { pino } from 'pino';

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** stderr, synchronously: a line is out before the process ends. */
const STDERR = 2;

const plainLine =
  (prefix: string) =>
  (message: string): void => {
    process.stderr.write(`onehost: ${prefix}${message}\n`);
  };

const plain: Log = {
  info: plainLine(''),
  warn: plainLine('warning: '),
  error: plainLine('error: '),
};

export const makeLog = (format: 'text' | 'json', cluster: string): Log => {
  if (format === 'text') return plain;
  const destination = pino.destination({ fd: STDERR, sync: true });
  // Who read it may be gone, or the disk full: the gateway goes on without being heard.
  destination.on('error', () => undefined);
  const logger = pino({ base: { cluster } }, destination);
  return {
    info: (message) => {
      logger.info(message);
    },
    warn: (message) => {
      logger.warn(message);
    },
    error: (message) => {
      logger.error(message);
    },
  };
};
