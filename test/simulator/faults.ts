// Faults to plant in the protocol: each is one that a person could make, and each must be found by a run.

/** In a file of core/cluster, `after` in place of `before`. */
export interface Fault {
  readonly name: string;
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** What finds it: seeds in their order, or computers that do everything in step. */
  readonly by: 'seeds' | 'lockstep';
}

const fault = (name: string, file: string, before: string, after: string): Fault => ({
  name,
  file,
  before,
  after,
  by: 'seeds',
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
    'a sign of life does not end a doubt',
    'reach/doubt.ts',
    "standing: 'up', doubt: null }",
    "standing: 'up' }",
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
  fault(
    'messages for who has left are accepted',
    'stream/enqueue.ts',
    "if (peer.standing === 'left') return refuse(turn, reference, 'left');",
    '',
  ),
  fault(
    'datagrams are as long as the adapters allow, whatever the path carries',
    'stream/transmit.ts',
    'const mtu = small ? Math.min(BASE_MTU, path.mtu.current) : path.mtu.current;',
    'const mtu = small ? path.mtu.ceiling : path.mtu.ceiling;',
  ),
  fault(
    'the primary is used whatever becomes of it',
    'reach/paths.ts',
    'let score = path.rank;',
    'let score = path.rank;\n  if (score >= 0) return score;',
  ),
  fault(
    'what has come is told without its gaps',
    'stream/incoming.ts',
    'if (last !== undefined && last.to === from)',
    'if (last !== undefined)',
  ),
  fault(
    'a change of the own adapters is not told',
    'member.ts',
    'alter(turn, { adapters });\n  publish(turn, 0);',
    'alter(turn, { adapters });',
  ),
  {
    ...fault(
      'of two associations begun at once each drives the other out',
      'association/adopt.ts',
      'const waiting = peer.sessions.filter(({ confirmed }) => !confirmed).slice(-1);',
      'const waiting = peer.sessions.filter(() => false);',
    ),
    by: 'lockstep',
  },
];
