// A message for another computer: behind those before it in the stream, or refused with a reason (B5).

import type { Refusal } from '../effect.ts';
import type { Send } from '../event.ts';
import { MAX_MESSAGE } from '../event.ts';
import type { Turn } from '../turn.ts';
import { peerOf, putPeer } from '../turn.ts';
import { MESSAGE_HEADER } from './outgoing.ts';
import { transmit } from './transmit.ts';

const refuse = (turn: Turn, reference: number, why: Refusal): void => {
  turn.effects.push({ kind: 'settled', reference, outcome: { kind: 'refused', why } });
};

/** Takes a message to be sent. One for this computer itself is delivered at once. */
export const enqueue = (turn: Turn, send: Send): void => {
  const { to: id, reference, message, serviceClass } = send;
  const { self, endsAt } = turn.member;
  if (message.length > MAX_MESSAGE) return refuse(turn, reference, 'too-long');
  if (endsAt !== null) return refuse(turn, reference, 'left');
  if (id === self.id) {
    const own = Uint8Array.from(message as Uint8Array);
    turn.effects.push({ kind: 'deliver', from: id, message: own, serviceClass });
    turn.effects.push({ kind: 'settled', reference, outcome: { kind: 'acknowledged' } });
    return;
  }
  const peer = peerOf(turn, id);
  if (peer === undefined) return refuse(turn, reference, 'unknown-node');
  if (peer.standing === 'left') return refuse(turn, reference, 'left');
  const { outgoing } = peer;
  const to = outgoing.end + MESSAGE_HEADER + message.length;
  if (to - outgoing.base > self.settings.queueBytes) return refuse(turn, reference, 'queue-full');
  const queued = { from: outgoing.end, to, reference, message, serviceClass, queuedAt: turn.now };
  const queue = [...outgoing.queue, queued];
  putPeer(turn, { ...peer, usedAt: turn.now, outgoing: { ...outgoing, queue, end: to } });
  transmit(turn, id);
};
