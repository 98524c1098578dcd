// A computer's adapters have become known or changed, or the own ones: the pairs are worked out anew.

import { pathsTo } from './reach/paths.ts';
import type { Peer } from './state.ts';
import type { Entry } from './table/entry.ts';
import type { Turn } from './turn.ts';
import { alter, putPeer } from './turn.ts';

/** Gives a computer the paths of its entry. One that had left and is back has to show itself first. */
export const addressed = (turn: Turn, peer: Peer, entry: Entry | undefined): void => {
  const paths = pathsTo(turn.member.adapters, entry?.adapters ?? [], peer.paths);
  const back = peer.standing === 'left' && entry?.left === false;
  const doubt = back ? { since: turn.now, helpersAt: null } : peer.doubt;
  putPeer(turn, { ...peer, paths, standing: back ? 'untested' : peer.standing, doubt });
  alter(turn, { watched: null });
};
