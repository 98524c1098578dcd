// Another computer as it is before anything is known of it but its id.

import type { NodeId } from './identity.ts';
import { pathsTo } from './reach/paths.ts';
import type { Peer } from './state.ts';
import { NO_EPOCH, newIncoming } from './stream/incoming.ts';
import { newOutgoing } from './stream/outgoing.ts';
import type { Turn } from './turn.ts';

/** It is watched from now on: silence before proves nothing. */
export const newPeer = (turn: Turn, id: NodeId): Peer => {
  const { adapters, table, self } = turn.member;
  return {
    id,
    standing: 'untested',
    life: null,
    lifeBorn: -1,
    sessions: [],
    paths: pathsTo(adapters, table.entries.get(id)?.adapters ?? [], []),
    answeredAt: null,
    provenAt: null,
    vouchedAt: null,
    doubt: { since: turn.now, helpersAt: null },
    helpers: [],
    askers: [],
    comparedAt: -Infinity,
    compareWait: 0,
    compared: '',
    usedAt: -Infinity,
    retryAt: turn.now,
    attemptAt: turn.now,
    outgoing: newOutgoing(0, 0, turn.now),
    incoming: newIncoming(NO_EPOCH, self.settings.windowBytes),
  };
};
