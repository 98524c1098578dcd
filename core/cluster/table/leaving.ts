// Leaving in good order, which is told from failing: the last entry of a computer is its tombstone (B11).

import { keepSessions } from '../association/adopt.ts';
import { giveUp } from '../stream/give-up.ts';
import type { Turn } from '../turn.ts';
import { alter, peerOf, putPeer, report } from '../turn.ts';
import type { Entry } from './entry.ts';
import { tableOf } from './table.ts';

/** A computer has left: nothing is sent to it any more. */
export const departed = (turn: Turn, { id }: Entry): void => {
  alter(turn, {
    buried: new Map(turn.member.buried).set(id, turn.now),
    watched: null,
    stale: true,
  });
  const peer = peerOf(turn, id);
  if (peer === undefined || peer.standing === 'left') return;
  giveUp(turn, id, 'left');
  const after = peerOf(turn, id) ?? peer;
  putPeer(turn, keepSessions(turn, { ...after, standing: 'left', doubt: null, askers: [] }, []));
  report(turn, { kind: 'left', node: id });
};

/** Forgets those who left long ago. */
export const forgetDeparted = (turn: Turn): void => {
  const { buried, self, table } = turn.member;
  const old = [...buried].filter(([, at]) => turn.now - at >= self.settings.tombstoneMs);
  if (old.length === 0) return;
  const [still, entries] = [new Map(buried), new Map(table.entries)];
  const reported = new Map(turn.member.reported);
  const peers = new Map(turn.peers ?? turn.member.peers);
  for (const [id] of old) {
    still.delete(id);
    if (entries.get(id)?.left === true) {
      entries.delete(id);
      peers.delete(id);
      reported.delete(id);
    }
  }
  turn.peers = peers;
  alter(turn, { buried: still, reported, table: tableOf(self.primitives, entries) });
};
