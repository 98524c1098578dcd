// The cluster export table (figure 7, A15): which node holds the file system that a path lies in.

import type { NodeIndex } from './topology.ts';

/** Paths as {@link exportKey} spells them, and their nodes. */
type Exports = ReadonlyMap<string, NodeIndex>;

/** Longest path (MNTPATHLEN, RFC 1813 appendix I), here in characters: no longer one names anything. */
const LONGEST_PATH = 1024;

/**
 * The one spelling of a path: a slash at its start, none at its end, no empty and no `.` parts. `..` is a
 * part like others: what it leads to only the node knows.
 */
export const exportKey = (path: string): string =>
  `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;

// How long the entries of a table are, worked out once for each. It keeps a path of hundreds of parts
// from costing hundreds of look-ups: only where an entry could end is one made.
const lengthsByTable = new WeakMap<Exports, ReadonlySet<number>>();

const lengthsOf = (exports: Exports): ReadonlySet<number> => {
  const known = lengthsByTable.get(exports);
  if (known !== undefined) return known;
  const lengths = new Set([...exports.keys()].map(({ length }) => length));
  lengthsByTable.set(exports, lengths);
  return lengths;
};

/** The entry that a path falls under: its path, in the one spelling, and its node. */
export interface Export {
  readonly path: string;
  readonly node: NodeIndex;
}

/** The entry that is equal to `path` or contains it; the longest if several do, null if none. */
export const exportContaining = (exports: Exports, path: string): Export | null => {
  if (path.length > LONGEST_PATH) return null;
  const key = exportKey(path);
  const lengths = lengthsOf(exports);
  for (let end = key.length; end > 0; end = key.lastIndexOf('/', end - 1)) {
    if (!lengths.has(end)) continue;
    const entry = key.slice(0, end);
    const node = exports.get(entry);
    if (node !== undefined) return { path: entry, node };
  }
  const root = exports.get('/');
  return root === undefined ? null : { path: '/', node: root };
};
