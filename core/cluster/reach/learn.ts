// A pair of adapters that a computer used itself: known from then on, whether its entry lists it or not.

import type { Address } from '../../wire/address.ts';
import type { Endpoint } from '../endpoint.ts';
import type { NodeId } from '../identity.ts';
import { urgency } from '../service-class.ts';
import type { Turn } from '../turn.ts';
import { peerOf, putPeer } from '../turn.ts';
import type { Path } from './path.ts';
import { pathKey } from './path.ts';
import { MAX_PATHS, newPath } from './paths.ts';

/** The path, new if it is; null when there is no such adapter here, or no room. */
export const learnPath = (
  turn: Turn,
  id: NodeId,
  adapter: Address,
  from: Endpoint,
): Path | null => {
  const peer = peerOf(turn, id);
  if (peer === undefined) return null;
  const key = pathKey(adapter, from);
  const known = peer.paths.find((path) => path.key === key);
  if (known !== undefined) return known;
  const own = turn.member.adapters.find((one) => one.address === adapter);
  if (own === undefined) return null;
  const paths = peer.paths.length < MAX_PATHS ? peer.paths : peer.paths.slice(0, -1);
  const path = newPath(adapter, from, paths.length, own.mtu, urgency(own.serviceClass));
  putPeer(turn, { ...peer, paths: [...paths, path] });
  return path;
};

/** Changes one path of a computer, if it is there. */
export const alterPath = (
  turn: Turn,
  id: NodeId,
  key: string,
  change: (path: Path) => Partial<Path>,
): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined) return;
  const at = peer.paths.findIndex((path) => path.key === key);
  const path = peer.paths[at];
  if (path === undefined) return;
  putPeer(turn, { ...peer, paths: peer.paths.with(at, { ...path, ...change(path) }) });
};
