// Faults to plant in the protocol: each is one that a person could make, and each must be found by a run.

/** In a file of core/cluster, `after` in place of `before`. */
export interface Fault {
  readonly name: string;
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

const fault = (name: string, file: string, before: string, after: string): Fault => ({
  name,
  file,
  before,
  after,
});

export const FAULTS: readonly Fault[] = [
  fault(
    'bytes that came before are taken again',
    'stream/incoming.ts',
    'const from = Math.max(offset, incoming.next);',
    'const from = offset;',
  ),
  fault(
    'versions are compared the wrong way round',
    'table/entry.ts',
    'entry.version > held.version',
    'entry.version < held.version',
  ),
  fault(
    'replays are not refused',
    'association/session.ts',
    "if (!isNew(session.window, counter)) return 'replayed';",
    '',
  ),
  fault('a nonce is used again', 'outbox.ts', 'sent: one.sent + 1', 'sent: one.sent'),
  fault(
    'a restart goes unnoticed',
    'association/adopt.ts',
    'if (peer.life === session.life) {',
    'if (peer.life !== null) {',
  ),
  fault(
    'what timed out is not repeated',
    'stream/acknowledged.ts',
    '...late.map(({ from, to }): Lost => ({ from, to, small: true })),',
    '',
  ),
  fault(
    'a piece counts as received when its beginning is',
    'stream/acknowledged.ts',
    'flight.to <= base ||',
    'flight.from <= base ||',
  ),
  fault(
    'messages are settled when their beginning is received',
    'stream/acknowledged.ts',
    'for (const { to, reference } of queue) {',
    'for (const { from: to, reference } of queue) {',
  ),
  fault(
    'a doubt that is only heard of is a verdict',
    'reach/doubt.ts',
    "if (peer?.standing === 'up' && peer.doubt === null && !isFresh(turn, peer))\n    beginDoubt(turn, peer);",
    "if (peer?.standing === 'up') isDown(turn, peer);",
  ),
  fault(
    'who was asleep takes the others for silent',
    'tick.ts',
    'if (turn.now - tickAt > ASLEEP_MS) awake(turn);',
    '',
  ),
  fault(
    'a sign of life does not end a doubt',
    'reach/doubt.ts',
    "standing: 'up', doubt: null }",
    "standing: 'up' }",
  ),
  fault('messages to who has left are kept', 'table/leaving.ts', "giveUp(turn, id, 'left');", ''),
  fault(
    'lost pieces are repeated as long as they were, black hole or not',
    'stream/transmit.ts',
    'const small = piece.small || path.backoff > 0 || path.mtu.current < BASE_MTU;',
    'const small = path.mtu.current < BASE_MTU;',
  ),
  fault(
    'digests are not compared',
    'table/exchange.ts',
    'if (own === other) return farewellHeard(turn);',
    'if (other.length > 0) return farewellHeard(turn);',
  ),
  fault(
    'who starts anew does not go above its older entry',
    'table/learn.ts',
    'if (entry.id === self.id) return goAbove(turn, entry);',
    'if (entry.id === self.id) return;',
  ),
  fault(
    'trouble on a path is not minded',
    'reach/paths.ts',
    'if (path.troubledAt !== null) score += 1000 + 100 * Math.min(path.backoff, 9);',
    '',
  ),
  fault(
    'each computer leaves itself out of the responsibilities',
    'derived.ts',
    "id === self.id || peerOf(turn, id)?.standing === 'up'",
    "peerOf(turn, id)?.standing === 'up'",
  ),
  fault(
    'computers that are down are not tried again',
    'tick.ts',
    'if (turn.now >= now.retryAt) retryDown(turn, now, wait);',
    'if (turn.now < now.retryAt) retryDown(turn, now, wait);',
  ),
  fault(
    'after a restart of the other side messages are sent again',
    'stream/give-up.ts',
    'const rest = laidOut(queue.filter(({ from }) => from >= next));',
    'const rest = laidOut(queue);',
  ),
  fault(
    'a verdict is not waited for',
    'reach/doubt.ts',
    'if (turn.now - since >= patience) return isDown(turn, peer);',
    'if (turn.now - since >= patience / 8) return isDown(turn, peer);',
  ),
  fault(
    'the silent are not doubted',
    'reach/doubt.ts',
    'silence(turn, peer) > doubtMs)',
    'silence(turn, peer) > 4 * doubtMs)',
  ),
];
