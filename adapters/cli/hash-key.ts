// The hash key of a gateway whose configuration has none: drawn by chance at its start.

import { randomBytes } from 'node:crypto';
import type { HashKey } from '../../core/decision/keyed-hash.ts';

/** 64 bits that nobody can foresee. */
export const drawHashKey = (): HashKey => {
  const bytes = randomBytes(8);
  return { low: bytes.readUInt32LE(0), high: bytes.readUInt32LE(4) };
};
