// Messages that are not to arrive any more: they are settled as gone, and the next stream begins.

import type { Outcome } from '../effect.ts';
import type { NodeId } from '../identity.ts';
import type { Turn } from '../turn.ts';
import { peerOf, putPeer } from '../turn.ts';
import type { Queued } from './outgoing.ts';
import { newOutgoing } from './outgoing.ts';

type Why = Extract<Outcome, { readonly kind: 'gone' }>['why'];

const gone = (turn: Turn, messages: readonly Queued[], why: Why): void => {
  for (const { reference } of messages)
    turn.effects.push({ kind: 'settled', reference, outcome: { kind: 'gone', why } });
};

/** The messages one after another from the beginning of a stream. */
const laidOut = (messages: readonly Queued[]): readonly Queued[] => {
  let from = 0;
  return messages.map((message) => {
    const to = from + message.to - message.from;
    const moved = { ...message, from, to };
    from = to;
    return moved;
  });
};

/**
 * Begins the next stream to a computer. Messages of which something was sent are gone: whether they were
 * delivered, nobody knows. The others go by the new stream.
 */
export const startAnew = (turn: Turn, id: NodeId, why: Why): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined) return;
  const { queue, next, epoch, number } = peer.outgoing;
  gone(
    turn,
    queue.filter(({ from }) => from < next),
    why,
  );
  const rest = laidOut(queue.filter(({ from }) => from >= next));
  const outgoing = newOutgoing(epoch + 1, number, turn.now);
  putPeer(turn, { ...peer, outgoing: { ...outgoing, queue: rest, end: rest.at(-1)?.to ?? 0 } });
};

/** Gives all messages to a computer up. */
export const giveUp = (turn: Turn, id: NodeId, why: Why): void => {
  const peer = peerOf(turn, id);
  if (peer === undefined || peer.outgoing.queue.length === 0) return;
  gone(turn, peer.outgoing.queue, why);
  const { epoch, number } = peer.outgoing;
  putPeer(turn, { ...peer, outgoing: newOutgoing(epoch + 1, number, turn.now) });
};
