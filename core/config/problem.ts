// What is wrong with a configuration: where, and a sentence for the person who wrote it.

import type * as t from 'io-ts/lib/index.js';

/** A way from the root of the configuration to one of its parts: keys and list positions. */
export type ConfigPath = readonly (string | number)[];

export interface Problem {
  /** For a missing key, the path that it would have. */
  readonly path: ConfigPath;
  readonly message: string;
  /** Whether the last key of the path is wrong, or what it holds. */
  readonly at: 'key' | 'value';
}

export const problem = (path: ConfigPath, message: string): Problem => ({
  path,
  message,
  at: 'value',
});

export const keyProblem = (path: ConfigPath, message: string): Problem => ({
  path,
  message,
  at: 'key',
});

/** The name of the io-ts context entry that stands for a key rather than for what it holds. */
export const KEY = 'key';

/** An io-ts error as a problem; keys of lists become numbers. */
export const problemOf = (error: t.ValidationError): Problem => ({
  path: error.context
    .slice(1)
    .map(({ key }, parent) => (Array.isArray(error.context[parent]?.actual) ? Number(key) : key)),
  message: error.message ?? 'is not valid',
  at: error.context.at(-1)?.type.name === KEY ? 'key' : 'value',
});

/** `services[2].port`: a path as people write it. */
export const formatPath = (path: ConfigPath): string =>
  path
    .map((key) =>
      typeof key === 'number' ? `[${key}]` : /^[\w-]+$/.test(key) ? `.${key}` : `["${key}"]`,
    )
    .join('')
    .replace(/^\./, '');
