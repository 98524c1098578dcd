// `onehost keygen`: makes the key that all members of a cluster share, or a member's own.

import * as E from 'fp-ts/lib/Either.js';
import { memberKeyOf, newClusterKey, newMemberKey, writeKey } from '../member/key-file.ts';

export interface KeygenOptions {
  readonly member?: boolean;
  readonly output?: string;
}

type Line = (line: string) => void;

/**
 * Writes a key to a new file, or to `out`; tells the fingerprint of a member's. Exit code: 0 made, 1 not.
 */
export const keygen = (options: KeygenOptions, out: Line, err: Line): number => {
  const text = options.member === true ? newMemberKey() : newClusterKey();
  const id = memberKeyOf(text)?.id ?? null;
  if (options.output === undefined) {
    out(text.trimEnd());
    if (id !== null) err(`fingerprint ${id}`);
    return 0;
  }
  const written = writeKey(options.output, text);
  if (E.isLeft(written)) {
    err(`onehost: ${written.left}`);
    return 1;
  }
  out(
    id === null
      ? `${options.output}: a key of the cluster; each member needs a copy, and nobody else`
      : `${options.output}: the key of one member; fingerprint ${id}`,
  );
  return 0;
};
