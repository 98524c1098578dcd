// How much work each node's port has (A20).

import type { Dictionary } from '../dictionary.ts';
import { nodePortKey } from '../topology.ts';
import type { Connection } from './connection.ts';

/** By `nodePortKey`; a port without work is not there. */
export type Loads = Dictionary<number, number>;

/** Whether a connection is work for its node: one that is over only waits to be forgotten. */
const isLoad = ({ phase, openedBy }: Connection): boolean =>
  openedBy === 'host' && phase !== 'closing' && phase !== 'reset';

const loadKey = ({ node, nodePort, protocol }: Connection): number =>
  nodePortKey(node, nodePort, protocol);

const added = (loads: Loads, key: number, by: number): Loads => {
  const load = (loads.get(key) ?? 0) + by;
  return load === 0 ? loads.delete(key) : loads.set(key, load);
};

/** The loads when `before` is there no longer, and `after` in its place. */
export const loadsAfter = (
  loads: Loads,
  before: Connection | null,
  after: Connection | null,
): Loads => {
  const less = before !== null && isLoad(before) ? loadKey(before) : null;
  const more = after !== null && isLoad(after) ? loadKey(after) : null;
  if (less === more) return loads;
  const rest = less === null ? loads : added(loads, less, -1);
  return more === null ? rest : added(rest, more, 1);
};
